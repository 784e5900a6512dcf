/** Reads text values, inline or from a file. */

import { decodeTextFile, Media } from "../../../modality/index.js";

/** The text of a value. @throws {InputError} text/bad-encoding for a file that is not UTF-8 */
export const readFile = async (value: unknown, where: string): Promise<string> =>
  value instanceof Media ? decodeTextFile(await value.read(), `${where}, file ${value.name}`) : String(value);
