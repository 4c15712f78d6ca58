/**
 * Findings of the answer as JSON text. Put together by hand, as overlays are: most of a finding are sentences that
 * thousands of parcels share, and writing those anew for each took longer than judging.
 */
import type { Bilingual } from '../core/errors.js';
import type { Finding, PassedRule } from '../policy/policy-types.js';
import { formatM2, LateText, type TextSink } from '../policy/render-text.js';
import type { AnswerWriter } from './answer-bytes.js';
import { writeFindingClasses } from './class-text.js';
import type { RuleTable } from './rule-table.js';

/** Texts with figures of a parcel are met once; a check has far fewer that are met again. */
const SHARED_TEXTS_AT_MOST = 2_000;

/** Writes `CheckFinding` and `CheckPassedRule` rows, byte for byte what `JSON.stringify` makes of those of the table. */
export class FindingWriter {
  private readonly shared = new Map<object, Buffer>();
  private readonly pieces: TextSink;

  constructor(
    private readonly out: AnswerWriter,
    private readonly rules: RuleTable,
  ) {
    this.pieces = new InsideString(out);
  }

  writeFindings(findings: readonly Finding[]): void {
    for (let i = 0; i < findings.length; i++) {
      if (i > 0) this.out.ascii(',');
      this.writeFinding(findings[i]!);
    }
  }

  writePassed(passed: readonly PassedRule[]): void {
    const { out } = this;
    for (let i = 0; i < passed.length; i++) {
      const { rule, text } = this.rules.passed(passed[i]!);
      out.ascii(i > 0 ? ',{"rule":' : '{"rule":');
      out.string(rule);
      if (text) this.writeText(',"text":', text);
      out.ascii('}');
    }
  }

  private writeFinding(finding: Finding): void {
    const { out } = this;
    const { breakdown, ridges, missing, inPrinciple } = finding;
    const { source, alsoSources } = this.rules.cite(finding);
    out.ascii('{"rule":');
    out.string(finding.rule);
    out.ascii(',"module":');
    out.string(finding.module);
    out.ascii(',"layer":');
    out.string(finding.layer);
    out.ascii(',"verdict":');
    out.string(finding.verdict);
    out.ascii(',"areaM2":');
    out.figure(finding.areaM2);
    out.ascii(',"netAreaM2":');
    out.figure(finding.netAreaM2);
    out.ascii(',"undeterminedM2":');
    out.figure(finding.undeterminedM2);
    out.ascii(finding.noise ? ',"noise":true,"byClass":' : ',"noise":false,"byClass":');
    writeFindingClasses(out, finding.byClass);
    if (breakdown) out.write(`,"breakdown":${JSON.stringify(breakdown)}`);
    if (ridges) out.write(`,"ridges":${JSON.stringify(ridges)}`);
    if (missing) this.writeList(',"missing":', missing);
    if (inPrinciple) out.ascii(',"inPrinciple":true');
    out.ascii(',"title":');
    this.writeShared(finding.title);
    this.writeText(',"detail":', finding.detail);
    this.writeList(',"requires":', finding.requires);
    out.ascii(',"source":');
    this.writeShared(source);
    if (alsoSources) out.write(`,"alsoSources":${JSON.stringify(alsoSources)}`);
    out.ascii('}');
  }

  private writeText(name: string, text: Bilingual): void {
    const { out } = this;
    out.ascii(name);
    if (text instanceof LateText) {
      out.ascii('{"zh":"');
      text.writeTo(this.pieces, 'zh');
      out.ascii('","en":"');
      text.writeTo(this.pieces, 'en');
      out.ascii('"}');
      return;
    }
    out.ascii('{"zh":');
    out.string(text.zh);
    out.ascii(',"en":');
    out.string(text.en);
    out.ascii('}');
  }

  private writeList(name: string, items: readonly object[]): void {
    this.out.ascii(name);
    this.out.ascii('[');
    for (let i = 0; i < items.length; i++) {
      if (i > 0) this.out.ascii(',');
      this.writeShared(items[i]!);
    }
    this.out.ascii(']');
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

/** Pieces of a text within the quotes of a JSON string. */
class InsideString implements TextSink {
  constructor(private readonly out: AnswerWriter) {}

  text(piece: string): void {
    this.out.inside(piece);
  }

  m2(value: number): void {
    if (!this.out.fixed2(value)) this.out.inside(formatM2(value));
  }
}
