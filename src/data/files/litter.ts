/** Names of files that operating systems, editors and version control leave among data. */

const litter = [
  /^\.DS_Store$|^\._|^__MACOSX$|^\.(?:AppleDouble|Spotlight-V100|Trashes|fseventsd|TemporaryItems|localized)$|^Icon\r$/, // macOS
  /^(?:ehthumbs(?:_vista)?|Thumbs)\.db(?::encryptable)?$|^desktop\.ini$|^\$RECYCLE\.BIN$|^System Volume Information$/i, // Windows
  /^@eaDir$|^#recycle$|^#snapshot$|^@tmp$|^\.@__thumb$/, // network storage
  /^\.(?:directory|Trash-\d+|nfs[0-9a-f]+|fuse_hidden.*)$|^lost\+found$/, // Linux
  /^\.(?:git|svn|hg|dvc|gitattributes|gitignore|gitkeep|gitmodules|keep|idea|vscode|ipynb_checkpoints)$|^__pycache__$/,
  /~$|^~\$|^\.#|^\.~lock\.|\.(?:swp|swo|part|crdownload)$/, // editors, office programs and downloads
];

/** Whether a file or folder of this name is ignored without a notice. */
export const isLitter = (name: string): boolean => litter.some((pattern) => pattern.test(name));

/** Whether a path contains such a name. */
export const isLitterPath = (path: string): boolean => path.split("/").some(isLitter);
