/** Minimal files in data set formats: IDX, NumPy, XLSX, Parquet, BMP, ICO and AIFF. */

import { strToU8, zipSync } from "fflate";
import { parquetWriteBuffer } from "hyparquet-writer";

/** An IDX file of unsigned bytes. */
export function idx(shape: readonly number[], data: readonly number[]): Uint8Array {
  const head = Buffer.alloc(4 + 4 * shape.length);
  head[2] = 8;
  head[3] = shape.length;
  for (const [i, length] of shape.entries()) head.writeUInt32BE(length, 4 + 4 * i);
  return Buffer.concat([head, Buffer.from(data)]);
}

/** A NumPy `.npy` file. */
export function npy(descr: string, shape: readonly number[], body: Uint8Array, fortran = false): Uint8Array {
  const header = `{'descr': '${descr}', 'fortran_order': ${fortran ? "True" : "False"}, 'shape': (${shape.join(", ")}${shape.length === 1 ? "," : ""}), }\n`;
  const head = Buffer.alloc(10);
  head.write("\x93NUMPY\x01\x00", "latin1");
  head.writeUInt16LE(header.length, 8);
  return Buffer.concat([head, Buffer.from(header), body]);
}
/** An XLSX workbook from the rows of cells of each sheet. */
export function xlsx(sheets: readonly (readonly (string | number | boolean | null)[])[][]): Uint8Array {
  const cell = (value: string | number | boolean | null, at: string) =>
    value === null
      ? ""
      : typeof value === "string"
        ? `<c r="${at}" t="inlineStr"><is><t>${value}</t></is></c>`
        : `<c r="${at}"${typeof value === "boolean" ? ' t="b"' : ""}><v>${Number(value)}</v></c>`;
  const sheet = (rows: (typeof sheets)[number]) =>
    `<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData>${rows
      .map(
        (row, r) =>
          `<row r="${r + 1}">${row.map((value, c) => cell(value, `${"ABCDEF"[c]}${r + 1}`)).join("")}</row>`,
      )
      .join("")}</sheetData></worksheet>`;
  const office = "http://schemas.openxmlformats.org/officeDocument/2006/relationships";
  const types = "http://schemas.openxmlformats.org/package/2006/relationships";
  const each = (of: (n: number) => string) => sheets.map((_, i) => of(i + 1)).join("");
  return zipSync({
    "[Content_Types].xml": strToU8(
      '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"><Default Extension="xml" ContentType="application/xml"/></Types>',
    ),
    "_rels/.rels": strToU8(
      `<Relationships xmlns="${types}"><Relationship Id="r" Type="${office}/officeDocument" Target="xl/workbook.xml"/></Relationships>`,
    ),
    "xl/workbook.xml": strToU8(
      `<workbook xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main" xmlns:r="${office}"><sheets>${each((n) => `<sheet name="Sheet ${n}" sheetId="${n}" r:id="rId${n}"/>`)}</sheets></workbook>`,
    ),
    "xl/_rels/workbook.xml.rels": strToU8(
      `<Relationships xmlns="${types}">${each((n) => `<Relationship Id="rId${n}" Type="${office}/worksheet" Target="worksheets/sheet${n}.xml"/>`)}</Relationships>`,
    ),
    ...Object.fromEntries(sheets.map((rows, i) => [`xl/worksheets/sheet${i + 1}.xml`, strToU8(sheet(rows))])),
  });
}

/** Samples in [−1, 1] as AIFF, or as AIFF-C with little-endian samples. */
export function aiff(samples: Float32Array, rate: number, littleEndian = false): Uint8Array {
  const comm = Buffer.alloc(18);
  comm.writeUInt16BE(1, 0);
  comm.writeUInt32BE(samples.length, 2);
  comm.writeUInt16BE(16, 6);
  const exponent = Math.floor(Math.log2(rate));
  comm.writeUInt16BE(16383 + exponent, 8);
  comm.writeUInt32BE(rate * 2 ** (31 - exponent), 10);
  const data = Buffer.alloc(8 + 2 * samples.length);
  for (const [i, x] of samples.entries())
    data[littleEndian ? "writeInt16LE" : "writeInt16BE"](Math.round(x * 32767), 8 + 2 * i);
  const chunk = (name: string, body: Buffer) => {
    const head = Buffer.alloc(8);
    head.write(name);
    head.writeUInt32BE(body.length, 4);
    return Buffer.concat([head, body]);
  };
  const kind = littleEndian ? Buffer.from("sowt\x00\x00") : Buffer.alloc(0);
  const body = Buffer.concat([
    Buffer.from(littleEndian ? "AIFC" : "AIFF"),
    chunk("COMM", Buffer.concat([comm, kind])),
    chunk("SSND", data),
  ]);
  return new Uint8Array(chunk("FORM", body));
}

/** Labelled images in Parquet in the layout of Hugging Face `datasets`: a struct of `bytes` and `path`. */
export const pictureParquet = (
  rows: readonly { readonly label: string | number; readonly picture: Uint8Array }[],
): Uint8Array =>
  new Uint8Array(
    parquetWriteBuffer({
      columnData: [
        {
          name: "image",
          data: rows.map(({ label, picture }) => ({
            bytes: new Uint8Array(picture),
            path: `${label}.png`,
          })),
        },
        { name: "label", data: rows.map(({ label }) => label) },
      ],
      schema: [
        { name: "root", num_children: 2 },
        { name: "image", num_children: 2, repetition_type: "OPTIONAL" },
        { name: "bytes", type: "BYTE_ARRAY", repetition_type: "OPTIONAL" },
        { name: "path", type: "BYTE_ARRAY", converted_type: "UTF8", repetition_type: "OPTIONAL" },
        typeof rows[0].label === "string"
          ? { name: "label", type: "BYTE_ARRAY", converted_type: "UTF8", repetition_type: "OPTIONAL" }
          : { name: "label", type: "INT32", repetition_type: "OPTIONAL" },
      ],
    }),
  );

/** A black BMP of 2 × 2 pixels with 24 bits each. */
export function bmp(): Uint8Array {
  const bytes = Buffer.alloc(54 + 16);
  bytes.write("BM");
  bytes.writeUInt32LE(bytes.length, 2);
  bytes.writeUInt32LE(54, 10);
  bytes.writeUInt32LE(40, 14);
  bytes.writeInt32LE(2, 18);
  bytes.writeInt32LE(2, 22);
  bytes.writeUInt16LE(1, 26);
  bytes.writeUInt16LE(24, 28);
  return new Uint8Array(bytes);
}

/** An ICO file that contains a PNG of `side` × `side` pixels. */
export function ico(png: Uint8Array, side: number): Uint8Array {
  const head = Buffer.alloc(22);
  for (const [at, value] of [
    [2, 1],
    [4, 1],
    [10, 1],
    [12, 32],
  ] as const)
    head.writeUInt16LE(value, at);
  head.writeUInt8(side, 6);
  head.writeUInt8(side, 7);
  head.writeUInt32LE(png.length, 14);
  head.writeUInt32LE(22, 18);
  return new Uint8Array(Buffer.concat([head, png]));
}
