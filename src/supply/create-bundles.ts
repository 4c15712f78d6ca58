/**
 * 宗地组合供应 over a file of parcels: who borders on whom, which groups may be supplied as one project under
 * 焦政办规〔2025〕1号（十五） and the province's measure 33, and why. The story on one screen.
 */
import { AppError } from '../core/errors.js';
import { roundHalfUp } from '../core/units.js';
import { planarAreaM2 } from '../geometry/area-kernel.js';
import { isPresent, type LayerOrMissing, measureOverlaps } from '../overlay/measure-overlaps.js';
import type { Parcel } from '../parcels/parcel-types.js';
import { readParcelFile } from '../parcels/read-parcel-file.js';
import { FORGIVEN_M } from './border-runs.js';
import type { Adjacency, Bundle, BundleAnswer, BundleRequest } from './bundle-types.js';
import { type CommonPlane, toCommonPlane } from './common-plane.js';
import { type BundleInput, type BundleLink, composeBundle } from './compose-bundles.js';
import { documentsInForce } from './documents-in-force.js';
import { type Contact, type ContactLimits, findContacts } from './find-contacts.js';
import { findGapGround, type GapFinding, gapLayers } from './gap-ground.js';
import { groupNeighbours } from './group-neighbours.js';
import { type JudgedParcel, judgeParcel } from './judge-parcel.js';
import { packOutlines } from './outlines.js';
import { proposeBundles } from './propose-bundles.js';
import { readBundleLimits } from './read-bundle-request.js';
import { checkProposal } from './read-proposal.js';
import { readUses, type SubmittedUses } from './read-uses.js';
import { LAYER_NOISE, nameLayer, type SupplyParts, type SupplyWatch } from './supply-parts.js';
import { useTableOn } from './use-groups.js';

/** The detailed plan first registered of these decides; the layer of overall plans does not stand in for it. */
const BOUNDARY = 'czkfbj';
const DETAILED_PLAN = 'xxghydyh';

export async function createBundles(
  parts: SupplyParts,
  request: BundleRequest,
  watch: SupplyWatch = {},
): Promise<BundleAnswer> {
  const limits = readBundleLimits(request);
  const onDate = request.onDate ?? parts.today();
  const uses = useTableOn(parts.policy, onDate);
  const { rulePack, cityApplies } = documentsInForce(parts.policy, request.rulePack, onDate);
  const ground = await parts.findGround([BOUNDARY, DETAILED_PLAN, ...gapLayers, 'xzq'], request.asOf);
  const { body, contentType, crs, repair } = request;
  const batch = await readParcelFile(
    { body, contentType, crs, repair, limits: parts.limits, jurisdiction: ground.jurisdiction },
    parts.geos,
  );
  const submitted = readUses(batch.parcels, uses, parts.limits.maxFaults);
  if (request.propose) checkProposal(request.propose, batch.parcels, uses);
  const plane = toCommonPlane(batch.parcels);
  const outlines = packOutlines(plane.shapes);
  const contacts = await findContacts(outlines, limits, {
    signal: watch.signal,
    onProgress: (done, total) => watch.onProgress?.({ step: 'adjacency', done, total }),
  });
  const judged = await judgeParcels(parts, batch.parcels, contacts, ground.layers, submitted, watch);
  const gaps = await findGaps(parts, limits, plane, outlines, contacts, ground.layers, watch);
  const adjacency = contacts.map((contact) =>
    toAdjacency(contact, judged, plane, gaps.get(contact), request),
  );
  const links = contacts.flatMap((contact, i) => toLinks(contact, adjacency[i]!));
  const bundles = await composeAll(
    parts,
    { judged, shapes: plane.shapes, planeEpsg: plane.epsg, uses, cityApplies },
    links,
    watch,
  );
  const bundleOf = new Map(bundles.flatMap((bundle) => bundle.parcels.map((id) => [id, bundle.id] as const)));
  return {
    parameters: {
      gapToleranceM: limits.gapToleranceM,
      minSharedEdgeM: limits.minSharedEdgeM,
      across: request.across ?? {},
      reachM: limits.reachM,
      planeCrs: `EPSG:${plane.epsg}`,
      onDate,
      rulePack,
      useTable: `${uses.id}@${uses.version}`,
    },
    areaBasis: {
      zh: '面积为椭球面积（国土调查办发〔2008〕32号）；长度与间距为 3 度带高斯平面长度。',
      en: 'Areas on the ellipsoid (official algorithm); lengths and gaps in the 3° Gauss–Krüger plane.',
    },
    layers: ground.layers.filter((layer) => layer.layerId !== 'xzq').map(nameLayer),
    parcels: judged.map(({ row }) => ({ ...row, bundle: bundleOf.get(row.id) ?? null })),
    adjacency: adjacency.sort(byIds),
    bundles,
    ...(request.propose && {
      proposals: await proposeBundles({ judged, uses, cityApplies }, links, request.propose, watch),
    }),
    warnings: [
      ...batch.warnings,
      ...ground.warnings,
      ...plane.warnings,
      ...submitted.warnings,
      ...batch.parcels.flatMap((parcel) => parcel.warnings),
    ],
  };
}

async function judgeParcels(
  parts: SupplyParts,
  parcels: readonly Parcel[],
  contacts: readonly Contact[],
  layers: readonly LayerOrMissing[],
  { uses, planUses }: SubmittedUses,
  watch: SupplyWatch,
): Promise<JudgedParcel[]> {
  const asked = [BOUNDARY, DETAILED_PLAN].map((id) => layers.find((layer) => layer.layerId === id)!);
  watch.onProgress?.({ step: 'layers', done: 0, total: parcels.length });
  const overlay = { ...parts, sql: parts.db, signal: watch.signal };
  const measured = await measureOverlaps(overlay, parcels, asked, () => LAYER_NOISE);
  const overlapping: string[][] = parcels.map(() => []);
  for (const { a, b, kind } of contacts) {
    if (kind !== 'overlap') continue;
    overlapping[a]!.push(parcels[b]!.id);
    overlapping[b]!.push(parcels[a]!.id);
  }
  return measured.map((row, i) =>
    judgeParcel({
      measured: row,
      boundary: row.overlays[0]!,
      plan: isPresent(asked[1]!) ? row.overlays[1]! : undefined,
      use: uses[i],
      submittedPlanUse: planUses[i]!,
      overlapping: overlapping[i]!.sort(),
    }),
  );
}

/** Gaps as long as a shared edge must be, whether they may be crossed or not: an answer says what lies in them. */
async function findGaps(
  parts: SupplyParts,
  limits: ContactLimits,
  plane: CommonPlane,
  outlines: ReturnType<typeof packOutlines>,
  contacts: readonly Contact[],
  layers: readonly LayerOrMissing[],
  { signal }: SupplyWatch,
): Promise<Map<Contact, GapFinding>> {
  const asked = contacts.filter(
    ({ kind, meanGapM, facingM }) =>
      kind === 'gap' && meanGapM !== null && facingM + FORGIVEN_M >= limits.minSharedEdgeM,
  );
  if (asked.length === 0) return new Map();
  const found = await findGapGround(parts, outlines, plane.shapes, plane.epsg, asked, layers, signal);
  return new Map(asked.map((contact, i) => [contact, found[i]!]));
}

function toAdjacency(
  contact: Contact,
  judged: readonly JudgedParcel[],
  plane: CommonPlane,
  gap: GapFinding | undefined,
  { across = {} }: BundleRequest,
): Adjacency {
  const [first, second] = [judged[contact.a]!.row, judged[contact.b]!.row];
  const [a, b] = first.id < second.id ? [first.id, second.id] : [second.id, first.id];
  const { kind, sharedEdgeM, gapM, meanGapM, facingM, overlapM2 } = contact;
  const strip = gap?.across ?? null;
  const isAcross = strip !== null && (meanGapM ?? Infinity) <= (across[strip] ?? 0) + FORGIVEN_M;
  // the ratio of one parcel's two areas is good to 1e-6 for any part of it
  const ellipsoid = overlapM2 > 0 ? first.areaM2 / planarAreaM2(plane.shapes[contact.a]!) : 1;
  return {
    a,
    b,
    kind,
    sharedEdgeM: roundHalfUp(sharedEdgeM, 2),
    gapM: roundHalfUp(gapM, 3),
    meanGapM: meanGapM === null ? null : roundHalfUp(meanGapM, 3),
    facingM: roundHalfUp(facingM, 2),
    overlapM2: roundHalfUp(overlapM2 * ellipsoid, 2),
    adjacent: kind === 'edge' || isAcross,
    across: isAcross ? strip : null,
    between: gap?.between ?? [],
  };
}

const toLinks = ({ a, b, meanGapM }: Contact, { adjacent, sharedEdgeM, across }: Adjacency): BundleLink[] =>
  adjacent ? [{ a, b, sharedEdgeM, gapM: meanGapM ?? 0, across }] : [];

/** Bundles in the order of their first id, numbered from 1. */
async function composeAll(
  parts: SupplyParts,
  input: BundleInput,
  links: readonly BundleLink[],
  watch: SupplyWatch,
): Promise<Bundle[]> {
  const { judged } = input;
  const idOf = (i: number): string => judged[i]!.row.id;
  const byId = (p: number, q: number): number => (idOf(p) < idOf(q) ? -1 : 1);
  const groups = groupNeighbours(judged.length, links)
    .filter((group) => group.length > 1)
    .map((group) => group.sort(byId))
    .sort(([p], [q]) => byId(p!, q!));
  const linksOf = new Map<number, BundleLink[]>(groups.map((_, n) => [n, []]));
  const groupOf = new Map(groups.flatMap((group, n) => group.map((i) => [i, n] as const)));
  for (const link of links) linksOf.get(groupOf.get(link.a)!)!.push(link);
  const bundles: Bundle[] = [];
  for (let from = 0; from < groups.length; from += GROUPS_AT_ONCE) {
    if (watch.signal?.aborted) throw stopped(watch.signal);
    watch.onProgress?.({ step: 'bundles', done: from, total: groups.length });
    const window = groups.slice(from, from + GROUPS_AT_ONCE);
    const made = await Promise.all(
      window.map((group, n) =>
        composeBundle(parts.geos, input, `ZH-${from + n + 1}`, group, linksOf.get(from + n)!),
      ),
    );
    bundles.push(...made);
  }
  return bundles;
}

const GROUPS_AT_ONCE = 64;

function stopped({ reason }: AbortSignal): AppError {
  return reason instanceof AppError ? reason : new AppError('cancelled', 'bundles were cancelled');
}

const byIds = (p: Adjacency, q: Adjacency): number =>
  p.a < q.a ? -1 : p.a > q.a ? 1 : p.b < q.b ? -1 : p.b > q.b ? 1 : 0;
