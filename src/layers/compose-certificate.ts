/** Puts the facts of an import together to its quality certificate and says in words what an official must know. */
import type { Bilingual } from '../core/errors.js';
import type { LayerDefinition } from './catalogue.js';
import type { BoundedList, Gap, LayerCertificate, OverlapPair } from './certificate.js';
import type { Coverage } from './coverage.js';
import type { LoadedFeatures } from './load-features.js';
import type { InFile } from './open-layer-file.js';

/** Overlaps and gaps from here on are listed one by one; what is smaller only counts into a sum. */
export const THRESHOLD_M2 = 0.01;

export interface CertificateFacts {
  layer: LayerDefinition;
  version: string;
  dataDate: string | null;
  sourceFile: string;
  container: LayerCertificate['source']['container'] | undefined;
  inFile: InFile | undefined;
  loaded: LoadedFeatures;
  coverage: Coverage;
  coverageAreaM2: number | null;
  outsideCoverageM2: number | null;
  outsideDistrictsM2: number | null;
  districtsVersion: string | null;
  duplicates: LayerCertificate['bsm']['duplicates'];
  overlaps: { total: number; totalM2: number; belowThresholdM2: number; items: OverlapPair[] };
  gaps: { total: number; totalM2: number; belowThresholdM2: number; items: Gap[] } | null;
}

export function composeCertificate(facts: CertificateFacts): LayerCertificate {
  const { layer, loaded, inFile } = facts;
  const deletedRecords = inFile?.deletedRecords() ?? 0;
  const named = namer(inFile);
  const certificate: LayerCertificate = {
    formatVersion: 1,
    layerId: layer.id,
    version: facts.version,
    dataDate: facts.dataDate,
    source: {
      file: facts.sourceFile,
      sha256: loaded.sha256,
      epsg: loaded.sourceCrs.crs.epsg,
      crsName: loaded.sourceCrs.crs.nameZh,
      crsFrom: loaded.sourceCrs.from,
      resolutionM: loaded.resolutionM,
      ...(facts.container && { container: facts.container }),
    },
    planeZone: loaded.planeZone,
    tileSizeM: loaded.tileSizeM,
    counts: {
      featuresIn: loaded.featuresIn,
      featuresOut: loaded.featuresOut,
      repaired: loaded.repaired.total,
      dropped: loaded.dropped.total,
      ...(deletedRecords > 0 && { deletedRecords }),
      vertices: loaded.vertices,
      pieces: loaded.pieces,
      tiles: loaded.tiles.length,
    },
    areas: { planeM2: loaded.areas.planeM2, attributeM2: loaded.areas.attributeM2 },
    fields: loaded.attributes.fields,
    repaired: named(loaded.repaired),
    dropped: named(loaded.dropped),
    bsm: { missing: loaded.attributes.bsmMissing, duplicates: named(facts.duplicates) },
    overlaps: {
      ...{ ...facts.overlaps, items: facts.overlaps.items.map((pair) => namedPair(pair, inFile)) },
      thresholdM2: THRESHOLD_M2,
    },
    gaps: facts.gaps && { ...facts.gaps, thresholdM2: THRESHOLD_M2 },
    unknownClasses: loaded.attributes.unknownClasses && named(loaded.attributes.unknownClasses),
    unclassified: loaded.attributes.unclassified,
    areaDifferences: named(loaded.areas.differences),
    coefficient: loaded.attributes.coefficient,
    extent: {
      box: loaded.box,
      outsideDistrictsM2: facts.outsideDistrictsM2,
      districtsVersion: facts.districtsVersion,
    },
    coverage: {
      kind: facts.coverage.kind,
      areaM2: facts.coverageAreaM2,
      featuresOutsideM2: facts.outsideCoverageM2,
    },
    warnings: [],
  };
  certificate.warnings = warningsOf(facts, certificate);
  return certificate;
}

/** Adds what a feature is called in its file to the items of a list. */
const namer =
  (inFile: InFile | undefined) =>
  <Item extends { featureNo: number } | { firstFeatureNo: number }, List extends BoundedList<Item>>(
    list: List,
  ): List => ({
    ...list,
    items: list.items.map((item) => {
      const place = inFile?.placeOf('featureNo' in item ? item.featureNo : item.firstFeatureNo) ?? null;
      return place === null ? item : { ...item, inFile: place };
    }),
  });

function namedPair(pair: OverlapPair, inFile: InFile | undefined): OverlapPair {
  const [a, b] = [inFile?.placeOf(pair.featureA) ?? null, inFile?.placeOf(pair.featureB) ?? null];
  return { ...pair, ...(a !== null && { inFileA: a }), ...(b !== null && { inFileB: b }) };
}

type Warning = LayerCertificate['warnings'][number];

const m2 = (value: number): string => value.toFixed(2);

/** Each warning with the condition that raises it, gravest first. */
function warningsOf(facts: CertificateFacts, certificate: LayerCertificate): Warning[] {
  const { loaded, layer } = facts;
  const { attributes } = loaded;
  const warnings: Warning[] = [];
  const warn = (code: string, count: number, detail: Bilingual): void => {
    if (count > 0) warnings.push({ code, detail, count });
  };
  if (facts.coverage.kind === 'none') {
    warn('no-coverage', 1, {
      zh: `未声明覆盖范围：“${layer.nameZh}”以外的区域无法判断是未划定还是未提供，涉及本图层的每次预检都将得出“数据缺失—无法判定”。请用 coverage 声明面范围或行政区代码后重新导入。`,
      en: `No coverage declared: ground outside the features may be free or merely not supplied, so every check against ${layer.nameEn} will be undetermined. Import again with a coverage polygon or district codes.`,
    });
  }
  warn('dropped', certificate.dropped.total, {
    zh: `${certificate.dropped.total} 个要素图形不可用，经同意未入库；其所在地面可能被误判为不涉及。`,
    en: `${certificate.dropped.total} features had no usable shape and were left out by consent; their ground may look free although it is not.`,
  });
  warn('deleted-records', certificate.counts.deletedRecords ?? 0, {
    zh: `SHP 中有 ${certificate.counts.deletedRecords} 条记录标记为已删除，未导入；如属误删，请恢复后重新导入。`,
    en: `${certificate.counts.deletedRecords} records of the shapefile are marked as deleted and were not imported; restore them and import again if that was a mistake.`,
  });
  const outside = facts.outsideCoverageM2 ?? 0;
  warn('outside-coverage', outside >= THRESHOLD_M2 ? 1 : 0, {
    zh: `有 ${m2(outside)} ㎡ 要素位于声明的覆盖范围之外，请核对覆盖范围。`,
    en: `${m2(outside)} m² of the features lie outside the declared coverage; check the coverage.`,
  });
  warn('gaps', certificate.gaps?.total ?? 0, {
    zh: `全覆盖图层存在 ${certificate.gaps?.total} 处缝隙，共 ${m2(certificate.gaps?.totalM2 ?? 0)} ㎡；落入缝隙的部分无法判定。`,
    en: `The partition has ${certificate.gaps?.total} gaps of ${m2(certificate.gaps?.totalM2 ?? 0)} m² in total; ground in a gap is undetermined.`,
  });
  warn('overlaps', certificate.overlaps.total, {
    zh: `图层内有 ${certificate.overlaps.total} 对要素相互重叠，共 ${m2(certificate.overlaps.totalM2)} ㎡。`,
    en: `${certificate.overlaps.total} pairs of features overlap, ${m2(certificate.overlaps.totalM2)} m² in total.`,
  });
  warnings.push(...attributeWarnings(loaded, certificate, layer));
  const beyond = facts.outsideDistrictsM2 ?? 0;
  warn('outside-districts', beyond >= THRESHOLD_M2 ? 1 : 0, {
    zh: `有 ${m2(beyond)} ㎡ 要素位于行政区（${facts.districtsVersion}）之外。`,
    en: `${m2(beyond)} m² of the features lie outside the districts (${facts.districtsVersion}).`,
  });
  warn('repaired', certificate.repaired.total, {
    zh: `${certificate.repaired.total} 个要素图形无效，已修复并列出修复前后面积。`,
    en: `${certificate.repaired.total} invalid features were repaired; areas before and after are listed.`,
  });
  warn('linear-features', attributes.linearFeatures, {
    zh: `${attributes.linearFeatures} 个要素为二调格式（含线状/零星地物扣除），按面积×(1−系数) 计算的净面积与图斑地类面积不一致。`,
    en: `${attributes.linearFeatures} features are in the second survey's dialect (linear features deducted); area × (1 − coefficient) does not give their net area.`,
  });
  if (loaded.sourceCrs.note) warnings.push(loaded.sourceCrs.note);
  return warnings;
}

function attributeWarnings(
  { attributes, areas }: LoadedFeatures,
  certificate: LayerCertificate,
  layer: LayerDefinition,
): Warning[] {
  const warnings: Warning[] = [];
  const warn = (code: string, count: number, detail: Bilingual): void => {
    if (count > 0) warnings.push({ code, detail, count });
  };
  const unknown = attributes.unknownClasses;
  warn('unknown-classes', unknown?.total ?? 0, {
    zh: `${unknown?.total} 个${layer.codeSystem === 'dlbm' ? '地类编码' : '分区名称'}不在标准表中：${unknown?.items
      .slice(0, 5)
      .map((item) => item.code)
      .join('、')}。`,
    en: `${unknown?.total} class values are not in the standard's list: ${unknown?.items
      .slice(0, 5)
      .map((item) => item.code)
      .join(', ')}.`,
  });
  warn('unclassified', attributes.unclassified, {
    zh: `${attributes.unclassified} 个要素没有分类字段（${layer.classFields.join('/')}）的值。`,
    en: `${attributes.unclassified} features have no value in ${layer.classFields.join('/')}.`,
  });
  warn('kcxs-missing', attributes.coefficient?.missing ?? 0, {
    zh: `${attributes.coefficient?.missing} 个要素没有扣除系数 KCXS，按 0 计算。`,
    en: `${attributes.coefficient?.missing} features have no KCXS; it counts as 0.`,
  });
  warn('net-area-not-closing', attributes.coefficient?.netAreaNotClosing ?? 0, {
    zh: `${attributes.coefficient?.netAreaNotClosing} 个要素的图斑面积 − 扣除面积 ≠ 图斑地类面积（差超过 0.01 ㎡）。`,
    en: `In ${attributes.coefficient?.netAreaNotClosing} features gross − deducted ≠ net area (by more than 0.01 m²).`,
  });
  warn('leading-zeros-lost', attributes.zerosLost, {
    zh: `${attributes.zerosLost} 个地类编码像是丢失了前导零（如 101 应为 0101），未自动补回（二调编码中 101 为铁路用地）。请以文本格式重新导出。`,
    en: `${attributes.zerosLost} codes seem to have lost their leading zero (101 for 0101). It was not restored (in the second survey 101 is railway land); export the codes as text.`,
  });
  warn('duplicate-bsm', certificate.bsm.duplicates.total, {
    zh: `${certificate.bsm.duplicates.total} 个标识码（BSM）重复。`,
    en: `${certificate.bsm.duplicates.total} BSM values occur more than once.`,
  });
  warn('bsm-missing', attributes.bsmMissing, {
    zh: `${attributes.bsmMissing} 个要素没有标识码（BSM）。`,
    en: `${attributes.bsmMissing} features have no BSM.`,
  });
  const unit = areas.likelyUnit;
  warn('attribute-area-unit', unit ? 1 : 0, {
    zh: `属性面积的单位像是${unit?.zh}而不是平方米，整图斑净面积不可直接采用。请换算后重新导入。`,
    en: `The attribute areas seem to be in ${unit?.code} instead of m²; they must not be taken as they are. Convert and import again.`,
  });
  warn('area-differences', areas.differences.total, {
    zh: `${areas.differences.total} 个要素的属性面积与图形面积相差超过 10%。`,
    en: `In ${areas.differences.total} features the attribute area is more than 10 % off the geometry.`,
  });
  return warnings;
}
