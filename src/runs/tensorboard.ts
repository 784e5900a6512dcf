/**
 * Event files that TensorBoard reads: records of a length, a message `Event`, and masked CRC-32C checksums of both.
 *
 * Source: https://github.com/tensorflow/tensorflow/blob/master/tensorflow/core/util/event.proto
 */

import { ProtobufWriter } from "../engine/lower/protobuf.js";
import type { RunCurve } from "./run-record.js";

/** Fields of `Event`, `Summary` and `Summary.Value`. */
const EVENT = { wallTime: 1, step: 2, fileVersion: 3, summary: 5 } as const;
const SUMMARY_VALUE = 1;
const VALUE = { tag: 1, simpleValue: 2 } as const;

/** The event file of a run's curves, tagged `part/name`, in order of their steps. */
export function eventFile(curves: readonly RunCurve[]): Uint8Array {
  const points = curves.flatMap(({ part, name, steps, values, times }) =>
    steps.map((step, i) => ({ tag: `${part}/${name}`, step, value: values[i], time: times[i] })),
  );
  points.sort((a, b) => a.step - b.step);
  const first = message(points[0]?.time ?? 0, (writer) => writer.string(EVENT.fileVersion, "brain.Event:2"));
  const events = points.map(({ tag, step, value, time }) =>
    message(time, (writer) => {
      writer.int(EVENT.step, step);
      writer.message(EVENT.summary, () =>
        writer.message(SUMMARY_VALUE, () => {
          writer.string(VALUE.tag, tag);
          writer.float(VALUE.simpleValue, value);
        }),
      );
    }),
  );
  return Buffer.concat([first, ...events].map(recordOf));
}

function message(time: number, write: (writer: ProtobufWriter) => void): Uint8Array {
  const writer = new ProtobufWriter();
  writer.double(EVENT.wallTime, time);
  write(writer);
  return writer.finish();
}

function recordOf(data: Uint8Array): Uint8Array {
  const record = Buffer.alloc(16 + data.length);
  record.writeUInt32LE(data.length, 0);
  record.writeUInt32LE(masked(record.subarray(0, 8)), 8);
  record.set(data, 12);
  record.writeUInt32LE(masked(data), 12 + data.length);
  return record;
}

/** The polynomial of CRC-32C, reversed. */
const POLYNOMIAL = 0x82f63b78;
const MASK = 0xa282ead8;

const TABLE = Uint32Array.from({ length: 256 }, (_, byte) => {
  let crc = byte;
  for (let bit = 0; bit < 8; bit++) crc = crc & 1 ? (crc >>> 1) ^ POLYNOMIAL : crc >>> 1;
  return crc;
});

/** CRC-32C, rotated by 15 bits and moved, so that a checksum of data with checksums is not 0. */
function masked(data: Uint8Array): number {
  let crc = 0xffffffff;
  for (const byte of data) crc = TABLE[(crc ^ byte) & 255] ^ (crc >>> 8);
  crc = ~crc >>> 0;
  return (((crc >>> 15) | (crc << 17)) + MASK) >>> 0;
}
