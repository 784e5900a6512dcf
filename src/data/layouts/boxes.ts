/** Refuses data sets of object detection (YOLO, VOC, COCO), whose labels are boxes in pictures. */

import { InputError } from "../../base/errors.js";
import { filesBelow } from "../files/tree.js";
import type { Place } from "./folder.js";

const boxWords = /^(?:labels?|annotations?|bboxes|boxes)$/i;
const imageWords = /^(?:images?|imgs?|jpegimages|train|val|test|train\d+|val\d+|test\d+)$/i;

/** Throw an `InputError` where a folder of labels lies beside one of images. */
export function refuseBoxes({ inside, folder }: Place, folders: readonly string[]): void {
  const labels = folders.find((name) => boxWords.test(name));
  const images = folders.find((name) => imageWords.test(name));
  if (labels === undefined || images === undefined) return;
  const examples = [labels, images].flatMap((name) => firstOf(filesBelow(folder, `${inside}${name}/`)));
  const files = [...new Set(examples)];
  if (files.length < 2 || !/\.(?:txt|xml|json)$/i.test(files[0])) return;
  throw new InputError({
    code: "data/boxes",
    where: `${inside}${labels}`,
    problem: `it lies beside ${images}, as in data of object detection (${files.join(", ")})`,
    expected:
      "a class for each picture: class-name/file, or metadata.csv with the columns file_name and label",
    remedy: "Crop the boxes into a folder a class, or move the folder of labels away.",
  });
}

function firstOf(files: Iterable<string>): string[] {
  for (const file of files) return [file];
  return [];
}
