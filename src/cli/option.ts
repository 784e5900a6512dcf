/** How a command declares its options. Parsing, help, docs/cli.md and the types of parsed values come from these. */

import { limits } from "../base/defaults.js";

/** One option of a command. */
export interface Option {
  readonly type: "flag" | "text" | "list" | "choice" | "whole" | "number";
  /** One line of help, with the default. */
  readonly help: string;
  /** The value's name in help; a flag has no value. */
  readonly placeholder?: string;
  readonly choices?: readonly string[];
  /** The minimum of a whole number. */
  readonly least?: number;
  /** The maximum of a whole number. */
  readonly most?: number;
  readonly required?: true;
  /** Whether the option may be given several times; its value is then an array. */
  readonly repeatable?: true;
}

/** Options by name, without the leading `--`, in the order of help. */
export type Options = Readonly<Record<string, Option>>;

type Value<Declared extends Option> = Declared extends { repeatable: true } | { type: "list" }
  ? readonly string[]
  : Declared extends { type: "flag" }
    ? true
    : Declared extends { type: "whole" | "number" }
      ? number
      : Declared extends { choices: readonly (infer Choice)[] }
        ? Choice
        : string;

type Required<Declared extends Options> = {
  [Name in keyof Declared]: Declared[Name] extends { required: true } ? Name : never;
}[keyof Declared];

/** Parsed values of declared options by name; only required options are always present. */
export type ValuesOf<Declared extends Options> = {
  readonly [Name in Required<Declared>]: Value<Declared[Name]>;
} & {
  readonly [Name in Exclude<keyof Declared, Required<Declared>>]?: Value<Declared[Name]>;
};

/** `--name`, without a value. */
export const flag = (help: string) => ({ type: "flag", help }) as const;

/** `--name TEXT`. */
export const text = (placeholder: string, help: string) => ({ type: "text", placeholder, help }) as const;

/** `--name A,B`: different names, separated by commas. */
export const list = (placeholder: string, help: string) => ({ type: "list", placeholder, help }) as const;

/** `--name A`, one of `choices`. */
export const choice = <const Choices extends readonly string[]>(
  choices: Choices,
  placeholder: string,
  help: string,
) => ({ type: "choice", choices, placeholder, help }) as const;

/** `--name N`, a whole number of at least `least` and at most `most`. */
export const whole = (least: number, help: string, most: number = limits.count) =>
  ({ type: "whole", least, most, placeholder: "N", help }) as const;

/** `--name N`, a number greater than 0. */
export const number = (placeholder: string, help: string) => ({ type: "number", placeholder, help }) as const;

/** The same option, which the command cannot do without. */
export const required = <Declared extends Option>(option: Declared) =>
  ({ ...option, required: true }) as const;

/** The same option, which may be given several times. */
export const repeatable = <Declared extends Option>(option: Declared) =>
  ({ ...option, repeatable: true }) as const;
