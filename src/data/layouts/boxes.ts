/** Rejects object detection data sets (YOLO, VOC, COCO), whose labels are bounding boxes. */

import { InputError } from "../../base/errors.js";
import { filesBelow } from "../files/tree.js";
import type { LayoutFolder } from "./folder.js";

const boxWords = /^(?:labels?|annotations?|bboxes|boxes)$/i;
const imageWords = /^(?:images?|imgs?|jpegimages|train|val|test|train\d+|val\d+|test\d+)$/i;

/** Check that no folder of labels is beside a folder of images. @throws {InputError} data/boxes */
export function refuseBoxes({ inside, folder }: LayoutFolder, folders: readonly string[]): void {
  const labels = folders.find((name) => boxWords.test(name));
  const images = folders.find((name) => imageWords.test(name));
  if (labels === undefined || images === undefined) return;
  const examples = [labels, images].flatMap((name) => firstOf(filesBelow(folder, `${inside}${name}/`)));
  const files = [...new Set(examples)];
  if (files.length < 2 || !/\.(?:txt|xml|json)$/i.test(files[0])) return;
  throw new InputError({
    code: "data/boxes",
    where: `${inside}${labels}`,
    problem: `it is beside the folder ${images}, as in object detection data (${files.join(", ")})`,
    expected: "one class per image: class-name/file, or metadata.csv with the columns file_name and label",
    remedy: "Crop the boxes into one folder per class, or move the folder of labels away.",
  });
}

function firstOf(files: Iterable<string>): string[] {
  for (const file of files) return [file];
  return [];
}
