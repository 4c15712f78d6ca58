/** Under which number of its own file (`FID 3`, `OBJECTID 17`) each feature stands; a certificate names features by it. */

/** Features in a row whose numbers rise with their positions. */
interface Run {
  /** Position in the file, from 1. */
  first: number;
  prefix: string;
  number: number;
}

/** A file whose numbers jump more often is not worth the memory: what follows is named by position alone. */
const MOST_RUNS = 200_000;

/** Kept as runs: a million features in order are one. */
export class FeaturePlaces {
  private readonly runs: Run[] = [];
  private count = 0;
  private isFull = false;

  /** The place of the next feature. */
  note(place: string): void {
    if (this.isFull) return;
    this.count += 1;
    const [, prefix, digits] = /^(.*?)(\d+)$/.exec(place) ?? [];
    const number = Number(digits);
    const run = this.runs.at(-1);
    if (run && run.prefix === prefix && number - run.number === this.count - run.first) return;
    if (prefix !== undefined && this.runs.length < MOST_RUNS) {
      this.runs.push({ first: this.count, prefix, number });
      return;
    }
    this.isFull = true;
    this.count -= 1;
  }

  /** Null for what is not known. */
  placeOf(featureNo: number): string | null {
    if (featureNo < 1 || featureNo > this.count) return null;
    let [low, high] = [0, this.runs.length - 1];
    while (low < high) {
      const middle = Math.ceil((low + high) / 2);
      if (this.runs[middle]!.first <= featureNo) low = middle;
      else high = middle - 1;
    }
    const run = this.runs[low];
    return run ? `${run.prefix}${run.number + featureNo - run.first}` : null;
  }
}
