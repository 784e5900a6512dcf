/** Text that stands in a row, or in a file that the row names. */

import { decodeTextFile, Media } from "../../../modality/index.js";

/** The text of a value; an `InputError` that names the file where its bytes are no UTF-8. */
export const readFile = async (value: unknown, where: string): Promise<string> =>
  value instanceof Media ? decodeTextFile(await value.read(), `${where}, file ${value.name}`) : String(value);
