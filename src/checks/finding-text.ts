/**
 * Findings of the answer as JSON text. Put together by hand, as overlays are: most of a finding are sentences that
 * thousands of parcels share, and writing those anew for each took longer than judging.
 */
import type { Bilingual } from '../core/errors.js';
import type { Finding, PassedRule } from '../policy/policy-types.js';
import type { AnswerWriter } from './answer-bytes.js';
import { findingClasses, quoted } from './class-text.js';
import type { RuleTable } from './rule-table.js';

/** Texts with figures of a parcel are met once; a check has far fewer that are met again. */
const SHARED_TEXTS_AT_MOST = 2_000;

/** Writes `CheckFinding` and `CheckPassedRule` rows, byte for byte what `JSON.stringify` makes of those of the table. */
export class FindingWriter {
  private readonly shared = new Map<object, Buffer>();

  constructor(
    private readonly out: AnswerWriter,
    private readonly rules: RuleTable,
  ) {}

  writeFindings(findings: readonly Finding[]): void {
    for (let i = 0; i < findings.length; i++) this.writeFinding(findings[i]!, i > 0 ? ',' : '');
  }

  writePassed(passed: readonly PassedRule[]): void {
    for (let i = 0; i < passed.length; i++) {
      const shown = this.rules.passed(passed[i]!);
      const text = shown.text ? JSON.stringify(shown) : `{"rule":${quoted(shown.rule)}}`;
      this.out.write(i > 0 ? `,${text}` : text);
    }
  }

  private writeFinding(finding: Finding, before: string): void {
    const { rule, module, layer, verdict, areaM2, netAreaM2, undeterminedM2, noise, byClass } = finding;
    const { breakdown, ridges, missing, inPrinciple, title, detail, requires } = finding;
    const { out } = this;
    const { source, alsoSources } = this.rules.cite(finding);
    out.write(
      `${before}{"rule":${quoted(rule)},"module":${quoted(module)},"layer":${quoted(layer)},` +
        `"verdict":"${verdict}","areaM2":${areaM2},"netAreaM2":${netAreaM2},"undeterminedM2":${undeterminedM2},` +
        `"noise":${noise},"byClass":${findingClasses(byClass)}`,
    );
    if (breakdown) out.write(`,"breakdown":${JSON.stringify(breakdown)}`);
    if (ridges) out.write(`,"ridges":${JSON.stringify(ridges)}`);
    if (missing) this.writeList(',"missing":', missing);
    if (inPrinciple) out.write(',"inPrinciple":true');
    out.write(',"title":');
    this.writeShared(title);
    out.write(`,"detail":${bilingualText(detail)}`);
    this.writeList(',"requires":', requires);
    out.write(',"source":');
    this.writeShared(source);
    out.write(alsoSources ? `,"alsoSources":${JSON.stringify(alsoSources)}}` : '}');
  }

  private writeList(name: string, items: readonly object[]): void {
    this.out.write(`${name}[`);
    for (let i = 0; i < items.length; i++) {
      if (i > 0) this.out.write(',');
      this.writeShared(items[i]!);
    }
    this.out.write(']');
  }

  /** JSON of something that other findings may hold too. */
  private writeShared(value: object): void {
    let bytes = this.shared.get(value);
    if (!bytes) {
      const text = JSON.stringify(value);
      if (this.shared.size >= SHARED_TEXTS_AT_MOST) {
        this.out.write(text);
        return;
      }
      bytes = Buffer.from(text);
      this.shared.set(value, bytes);
    }
    this.out.writeBytes(bytes);
  }
}

const bilingualText = ({ zh, en }: Bilingual): string =>
  `{"zh":${JSON.stringify(zh)},"en":${JSON.stringify(en)}}`;
