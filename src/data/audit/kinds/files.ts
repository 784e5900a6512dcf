/** Text that stands in a row, or in a file that the row names. */

import { Media } from "../../../modality/index.js";
import { decodeText } from "../../text.js";

/** The text of a value; an `InputError` that names the file where its bytes are no UTF-8. */
export const readFile = async (value: unknown, where: string): Promise<string> =>
  value instanceof Media ? decodeText(await value.read(), `${where}, file ${value.name}`) : String(value);
