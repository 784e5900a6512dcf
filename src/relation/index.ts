/** The relations among modalities, a row each: what one modality is made to say about another. None yet. */

/** One row of the relation table. */
export interface Relation {
  readonly name: string;
  readonly summary: string;
  readonly source: string;
}

export const relations: Readonly<Record<string, Relation>> = {};
