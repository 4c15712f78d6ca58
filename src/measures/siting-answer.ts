/** The answer of a search for a place: the shift, what it changes for every layer, and how far the search can be trusted. */
import type { Bilingual } from '../core/errors.js';
import type { MeasuredParcel } from '../overlay/measure-overlaps.js';
import type { Verdict } from '../policy/policy-types.js';
import { basis, collection, drawn, figure, outcome, print, say, usedLayer } from './answer.js';
import type { Candidate, Found, SearchPlan } from './find-place.js';
import type { Outcome } from './measure-types.js';
import type { Avoided } from './prohibited-layers.js';
import { bearingOf } from './search-grid.js';
import { otherRulesWarning, planeCollection } from './trim-answer.js';

export function sitingOutcome(
  plan: SearchPlan,
  found: Found,
  avoided: Avoided,
  warnings: Outcome['warnings'],
): Outcome {
  const { best, before } = found;
  const shift = best && shiftOf(best);
  return outcome({
    verdict: best ? foundVerdict(best) : noneVerdict(found),
    sentence: best ? foundSentence(plan, found, best) : noneSentence(plan, found),
    sources: [],
    figures: [
      figure('distance', '平移距离', 'Shift', shift?.distanceM ?? null, 'm', basis.plane(plan.range.epsg)),
      figure('bearing', '方位角（自北顺时针）', 'Bearing from north', shift?.bearingDeg ?? null, 'degree'),
      figure('turn', '旋转角（逆时针）', 'Turn, counter-clockwise', shift?.turnDeg ?? null, 'degree'),
      figure('area', '建议位置宗地面积', 'Area at the place', best?.areaM2 ?? null, 'm2', basis.ellipsoid),
      figure('radius', '搜索半径', 'Radius searched', plan.radiusM, 'm', basis.plane(plan.range.epsg)),
      figure('step', '搜索网格间距', 'Spacing of the grid', plan.stepM, 'm', basis.plane(plan.range.epsg)),
      figure('tried', '试算位置数', 'Places tried', found.tried, 'count'),
    ],
    layers: plan.layers.map(usedLayer),
    warnings: [...warnings, ...otherRulesWarning(avoided)],
    result: {
      found: best !== undefined,
      packVerdict: best?.judgement.verdict ?? null,
      place: best && shift ? { ...shift, areaM2: best.areaM2 } : null,
      search: {
        ...{ radiusM: plan.radiusM, stepM: plan.stepM, refinedToM: found.refinedToM, turnsDeg: plan.turns },
        ...{ tried: found.tried, conflict: found.conflict, unknown: found.unknown, rejected: found.rejected },
      },
      layers: compare(before, best?.measured),
      findings: (best?.judgement.findings ?? []).map(({ rule, layer, verdict, areaM2, title }) => ({
        ...{ rule, layer, verdict, areaM2, title },
      })),
      plane: best
        ? planeCollection([
            {
              id: plan.range.parcels.map(({ id }) => id).join('+'),
              rings: best.rings,
              epsg: plan.range.epsg,
              properties: plan.range.parcels[0]!.properties,
            },
          ])
        : null,
    },
    geometry: collection(
      best ? [drawn('place', best.rings, plan.range.epsg, { part: 'place', areaM2: best.areaM2 })] : [],
    ),
  });
}

const round = (value: number, units: number): number => Math.round(value * units) / units || 0;

function shiftOf({ place }: Candidate) {
  return {
    dxM: place.dx,
    dyM: place.dy,
    distanceM: round(Math.hypot(place.dx, place.dy), 1000),
    bearingDeg: round(bearingOf(place), 100),
    turnDeg: place.turn,
  };
}

function compare(before: MeasuredParcel, after: MeasuredParcel | undefined) {
  return before.overlays.map((overlay, i) => ({
    layer: overlay.layer,
    before: figuresOf(overlay),
    after: after ? figuresOf(after.overlays[i]!) : null,
  }));
}

const figuresOf = ({ areaM2, outsideM2, undeterminedM2 }: MeasuredParcel['overlays'][number]) => ({
  ...{ areaM2, outsideM2, undeterminedM2 },
});

/** Clear only where every rule of the pack is; what other rules say or cannot say calls for a check of the place. */
const foundVerdict = ({ judgement: { verdict } }: Candidate): Verdict =>
  verdict === 'undetermined' ? 'attention' : verdict;

/** Where some places could not be judged, one of them may be free: that there is none is then not known. */
const noneVerdict = ({ unknown, rejected }: Found): Verdict =>
  unknown > 0 || rejected > 0 ? 'undetermined' : 'prohibited';

const namesOf = ({ obstacles }: SearchPlan): Bilingual => ({
  zh: obstacles.map((layer) => layer.nameZh).join('、'),
  en: obstacles.map((layer) => layer.nameEn).join(', '),
});

function foundSentence(plan: SearchPlan, found: Found, best: Candidate): Bilingual {
  const names = namesOf(plan);
  const { distanceM, bearingDeg, turnDeg } = shiftOf(best);
  if (distanceM === 0 && turnDeg === 0)
    return say(
      `地块现位置不涉及${names.zh}，无需移动。`,
      `The parcel is clear of ${names.en} where it is; no shift is needed.`,
    );
  const turn = turnDeg === 0 ? say('', '') : say(`、旋转 ${turnDeg}°`, `, turned by ${turnDeg}°`);
  return say(
    `建议：向方位角 ${bearingDeg}° 平移 ${distanceM} 米${turn.zh}后，不再涉及${names.zh}，宗地面积 ${print(best.areaM2)} ㎡；在 ${plan.stepM} 米网格上没有更近的位置，并在其附近细化至 ${found.refinedToM} 米。其余规则的结论见 findings，须经申请人确认后重新预检。`,
    `Suggestion: shifted by ${distanceM} m at ${bearingDeg}°${turn.en} the parcel is clear of ${names.en}, ${print(best.areaM2)} m²; on a grid of ${plan.stepM} m there is no nearer place, and it was refined to ${found.refinedToM} m around it. What other rules say stands in findings; check it again once the applicant agrees.`,
  );
}

function noneSentence(plan: SearchPlan, found: Found): Bilingual {
  const names = namesOf(plan);
  const scope = `半径 ${plan.radiusM} 米、间距 ${plan.stepM} 米的网格上试算 ${found.tried} 个位置`;
  const scopeEn = `${found.tried} places on a grid of ${plan.stepM} m within ${plan.radiusM} m`;
  if (noneVerdict(found) === 'prohibited')
    return say(
      `${scope}，全部涉及${names.zh}，在该网格上没有可行位置。`,
      `${scopeEn} were tried and all meet ${names.en}: on this grid there is no place.`,
    );
  return say(
    `${scope}，${found.conflict} 个涉及${names.zh}，${found.unknown + found.rejected} 个位于数据未覆盖或未通过复核的范围，无法判定；未提出建议位置。`,
    `${scopeEn} were tried: ${found.conflict} meet ${names.en}, ${found.unknown + found.rejected} lie on ground that is not known or failed the check; no place is proposed.`,
  );
}
