/**
 * The numbers of measure 35 and the thresholds that tell the kinds apart, as dated data. Limit and cap are quoted from
 * the text (3 亩, 10 %, 原则上); the thresholds are ours: the text names the kinds and gives no numbers.
 */
export interface FragmentLimits {
  effectiveFrom: string;
  document: string;
  article: string;
  /** 3 亩 exactly. */
  limitM2: number;
  cap: number;
  /** Share of the perimeter that must be bounded for 夹心地. */
  sandwichedShare: number;
  /** Share that must be bounded by one parcel's land for 插花地. */
  islandShare: number;
  /** Below these it can hardly be developed alone. */
  inscribedDiameterM: number;
  meanWidthM: number;
  compactness: number;
  roadAccessM: number;
}

export const fragmentLimits: readonly FragmentLimits[] = [
  {
    effectiveFrom: '2025-01-27',
    document: '河南省 50 条',
    article: '35',
    limitM2: 2000,
    cap: 0.1,
    sandwichedShare: 0.75,
    islandShare: 0.98,
    inscribedDiameterM: 20,
    meanWidthM: 8,
    compactness: 0.4,
    roadAccessM: 4,
  },
];

/** The numbers in force on a day; the first ones for days before them. */
export const limitsOn = (onDate: string): FragmentLimits =>
  fragmentLimits.filter(({ effectiveFrom }) => effectiveFrom <= onDate).at(-1) ?? fragmentLimits[0]!;
