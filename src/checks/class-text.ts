/** Classes of overlays and findings as JSON text; their codes and names are few, so their quoted forms are kept. */

const kept = new Map<string, string>();
/** Names of zones are free text of the layer: what is kept has an end. */
const KEPT_AT_MOST = 4_000;

/** A string as JSON, for strings that come again and again. */
export function quoted(text: string): string {
  let json = kept.get(text);
  if (json === undefined) {
    json = JSON.stringify(text);
    if (kept.size >= KEPT_AT_MOST) kept.clear();
    kept.set(text, json);
  }
  return json;
}

const orNull = (text: string | null): string => (text === null ? 'null' : quoted(text));

interface OverlayClass {
  code: string | null;
  label: string | null;
  areaM2: number;
  netAreaM2: number | null;
  noise: boolean;
}

/** `byClass` of a `CheckOverlay`. Figures are finite: `JSON.stringify` and a template write them alike. */
export const overlayClasses = (classes: readonly OverlayClass[]): string =>
  listOf(
    classes,
    ({ code, label, areaM2, netAreaM2, noise }) =>
      `{"code":${orNull(code)},"label":${orNull(label)},"areaM2":${areaM2},"netAreaM2":${netAreaM2},"noise":${noise}}`,
  );

interface RuleClass {
  code: string | null;
  label: string | null;
  group: string | null;
  areaM2: number;
  netAreaM2: number | null;
}

/** `byClass` of a `CheckFinding`. */
export const findingClasses = (classes: readonly RuleClass[]): string =>
  listOf(
    classes,
    ({ code, label, group, areaM2, netAreaM2 }) =>
      `{"code":${orNull(code)},"label":${orNull(label)},"group":${orNull(group)},` +
      `"areaM2":${areaM2},"netAreaM2":${netAreaM2}}`,
  );

function listOf<T>(items: readonly T[], write: (item: T) => string): string {
  let text = '[';
  for (let i = 0; i < items.length; i++) text += (i > 0 ? ',' : '') + write(items[i]!);
  return `${text}]`;
}
