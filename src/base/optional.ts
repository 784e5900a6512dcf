/** Packages that not everyone needs: optional peer dependencies, imported when a file asks for one. */

import { InputError } from "./errors.js";

/** Who asks for a package, and what else the user can do. */
interface OptionalUse {
  /** The file or field that needs it, for the error. */
  readonly where: string;
  /** The files that it reads, in the plural: `Ogg Opus files`. */
  readonly reads: string;
  /** What the user can do without it: `convert the file to WAV`. */
  readonly otherwise: string;
}

/** Import a package by name; an `InputError` with the install command when it is not installed. */
export async function importOptional<Module>(
  name: string,
  { where, reads, otherwise }: OptionalUse,
): Promise<Module> {
  try {
    return await import(name);
  } catch (error) {
    throw new InputError(
      {
        code: "optional/not-installed",
        where,
        problem: `the package ${packageOf(name)} is not installed`,
        expected: `it, to read ${reads}`,
        remedy: `Run npm install ${packageOf(name)}, or ${otherwise}.`,
      },
      { cause: error },
    );
  }
}

/** The package of an import: `read-excel-file` of `read-excel-file/node`. */
const packageOf = (name: string): string =>
  name
    .split("/")
    .slice(0, name.startsWith("@") ? 2 : 1)
    .join("/");
