/** Rewrites the options that the library's messages name (option `way: 5`) as flags of the command line (--way 5). */

const option = /(?:the )?option `([a-zA-Z]+)(?:: ([^`]+))?`/g;

/** A message of the library in the words of the command line. */
export const withFlags = (message: string): string =>
  message.replaceAll(option, (_, name: string, value?: string) => {
    if (name === "task" && value !== undefined) return `--${JSON.parse(value)}`;
    const flag = `--${name.replaceAll(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}`;
    return value === undefined || value === "true" ? flag : `${flag} ${argumentOf(value)}`;
  });

/** A value as an argument: names without quotes, lists separated by commas, a placeholder (`COLUMN`) as it is. */
function argumentOf(value: string): string {
  if (!/^["[]/.test(value)) return value;
  const names = [JSON.parse(value) as string | string[]].flat();
  return names.map((name) => (/^[\w./-]+$/.test(name) ? name : JSON.stringify(name))).join(",");
}
