/** The scripts of a page's threads, which lie beside this one: of compiled programs, and of networks. */

export const programScript = (): URL => new URL("./program-thread.js", import.meta.url);
export const foreignScript = (): URL => new URL("./network-thread.js", import.meta.url);
