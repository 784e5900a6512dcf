/**
 * Options of zod for a schema that parses once in a process, such as that of a model card: compiling a parser, which zod does
 * by default, takes longer than the one parse.
 */
export const ONE_PARSE = { jitless: true } as const;
