/** Reads a pack's case file: figures of one parcel per layer in short form, and the complete list of findings expected. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { packageRoot } from '../../src/core/package-root.js';
import type { Finding, MeasureForPolicy, Stage, Verdict } from '../../src/policy/policy-types.js';

/** A measure row with what is not said left at nothing: measured, 0 m², no noise, data of 2024-12-31. */
interface ShortRow {
  state?: MeasureForPolicy['state'];
  missingReason?: MeasureForPolicy['missingReason'];
  areaM2?: number;
  netAreaM2?: number;
  outsideM2?: number;
  undeterminedM2?: number;
  noise?: ('area' | 'outside' | 'undetermined')[];
  byClass?: { code: string | null; label?: string; areaM2: number; netAreaM2?: number; noise?: boolean }[];
}

/** Numbers must be equal; `source` and `alsoSources` are `document article`; title, detail, requires are contained (zh). */
export interface ExpectedFinding {
  rule: string;
  verdict: Verdict;
  areaM2?: number;
  netAreaM2?: number | null;
  undeterminedM2?: number;
  noise?: boolean;
  source?: string;
  alsoSources?: string[];
  title?: string;
  detail?: string;
  requires?: string;
}

interface CaseFile {
  pack: string;
  onDate: string;
  stage: Stage;
  parcelAreaM2: number;
  measures: Record<string, ShortRow>;
  cases: {
    name: string;
    onDate?: string;
    stage?: Stage;
    parcelAreaM2?: number;
    /** Layers that differ from the file's. */
    measures?: Record<string, ShortRow>;
    /** Layers without a row. */
    without?: string[];
    facts?: Record<string, unknown>;
    expect: { verdict: Verdict; layerVerdicts?: Record<string, Verdict>; findings: ExpectedFinding[] };
  }[];
}

export interface PackCase {
  pack: string;
  name: string;
  onDate: string;
  stage: Stage;
  measures: MeasureForPolicy[];
  facts: Record<string, unknown>;
  expect: CaseFile['cases'][number]['expect'];
}

export function toRow(layer: string, parcelAreaM2: number, short: ShortRow): MeasureForPolicy {
  const has = (part: 'area' | 'outside' | 'undetermined'): boolean => short.noise?.includes(part) ?? false;
  return {
    layer,
    dataDate: '2024-12-31',
    state: short.state ?? 'measured',
    missingReason: short.missingReason ?? null,
    parcelAreaM2,
    areaM2: short.areaM2 ?? 0,
    netAreaM2: short.netAreaM2 ?? null,
    outsideM2: short.outsideM2 ?? 0,
    undeterminedM2: short.undeterminedM2 ?? 0,
    noise: { area: has('area'), outside: has('outside'), undetermined: has('undetermined') },
    byClass: (short.byClass ?? []).map(({ code, label, areaM2, netAreaM2, noise }) => ({
      ...{ code, label: label ?? null, areaM2, netAreaM2: netAreaM2 ?? null, noise: noise ?? false },
    })),
  };
}

export function readPackCases(name: string): PackCase[] {
  const file: CaseFile = JSON.parse(
    readFileSync(join(packageRoot, 'test', 'cases', 'policy', `${name}.json`), 'utf8'),
  );
  return file.cases.map((one) => ({
    pack: file.pack,
    name: one.name,
    onDate: one.onDate ?? file.onDate,
    stage: one.stage ?? file.stage,
    facts: one.facts ?? {},
    measures: Object.entries({ ...file.measures, ...one.measures })
      .filter(([layer]) => !one.without?.includes(layer))
      .map(([layer, short]) => toRow(layer, one.parcelAreaM2 ?? file.parcelAreaM2, short)),
    expect: one.expect,
  }));
}

/** The finding in the words of `expected`, so that a difference shows all members at once. */
export function inTheWordsOf(
  finding: Finding | undefined,
  expected: ExpectedFinding,
): ExpectedFinding | undefined {
  if (!finding) return undefined;
  const cite = ({ document, article }: Finding['source']): string => `${document} ${article}`;
  const found = (text: string, part: string): string => (text.includes(part) ? part : text);
  const { rule, verdict, areaM2, netAreaM2, undeterminedM2, noise } = finding;
  return {
    ...{ rule, verdict, areaM2, undeterminedM2, noise },
    ...('netAreaM2' in expected && { netAreaM2 }),
    ...(expected.source && { source: cite(finding.source) }),
    ...(expected.alsoSources && { alsoSources: finding.alsoSources.map(cite) }),
    ...(expected.title && { title: found(finding.title.zh, expected.title) }),
    ...(expected.detail && { detail: found(finding.detail.zh, expected.detail) }),
    ...(expected.requires && {
      requires: found(finding.requires.map((text) => text.zh).join('|'), expected.requires),
    }),
  };
}
