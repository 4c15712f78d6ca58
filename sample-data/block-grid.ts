/** The city as a grid of blocks of about 1.5 km: the words that planning and districts share. */

export type Ground = 'plain' | 'hills' | 'town';

export interface BlockGrid {
  blocksX: number;
  blocksY: number;
  /** Block column of the laboratory's eastern half. */
  labColumn: number;
  seed: number;
}
