/**
 * Why a polygon is not valid (OGC Simple Features 1.2.1, 6.1.11): codes, the wording for people, and the
 * translation of GEOS's own messages. Leaves finding the fault to the GEOS workers.
 */
import type { Bilingual } from '../core/errors.js';

/** Faults of a ring that are found before GEOS sees it. */
export type StructuralReason = Extract<
  ValidityReason,
  'invalid-coordinate' | 'unclosed-ring' | 'too-few-points'
>;

/** In a fixed order: workers send a reason as its place in this list. */
export const validityReasons = [
  'invalid-coordinate',
  'unclosed-ring',
  'too-few-points',
  'self-intersection',
  'ring-self-intersection',
  'hole-outside-shell',
  'nested-holes',
  'nested-shells',
  'duplicate-rings',
  'disconnected-interior',
  'repeated-point',
  'invalid',
] as const;

export type ValidityReason = (typeof validityReasons)[number];

/** `place` is in the coordinates that were given; null only where no coordinate can be shown. */
export interface Validity {
  valid: boolean;
  reason: ValidityReason | null;
  place: readonly [number, number] | null;
}

/** What GEOS 3.13 says (TopologyValidationError.cpp), lower case, and the code that stands for it here. */
const codeOfMessage: Readonly<Record<string, ValidityReason>> = {
  'self-intersection': 'self-intersection',
  'ring self-intersection': 'ring-self-intersection',
  'hole lies outside shell': 'hole-outside-shell',
  'holes are nested': 'nested-holes',
  'nested shells': 'nested-shells',
  'duplicate rings': 'duplicate-rings',
  'interior is disconnected': 'disconnected-interior',
  'too few points in geometry component': 'too-few-points',
  'ring is not closed': 'unclosed-ring',
  'repeated point': 'repeated-point',
  'invalid coordinate': 'invalid-coordinate',
};

/** The code for GEOS's message; `invalid` for a message that this version does not know. */
export const reasonOfMessage = (message: string): ValidityReason =>
  codeOfMessage[message.trim().toLowerCase()] ?? 'invalid';

/** For people: what is wrong and what to do. The place is given beside it. */
export const validityDetail: Readonly<Record<ValidityReason, Bilingual>> = {
  'self-intersection': {
    zh: '边界在此处与自身或另一部分相交、重叠。请修改该处节点，使界线互不交叉；相互重叠的部分请合并。',
    en: 'The boundary crosses or overlaps itself or another part here. Move the vertices so that the lines do not cross; merge parts that overlap.',
  },
  'ring-self-intersection': {
    zh: '同一个环在此处自相接触（如8字形或折返的尖刺）。请在该处拆分为两个环，或删除折返的节点。',
    en: 'A ring touches itself here (a figure of eight or a spike that runs back). Split it into two rings or delete the vertices that run back.',
  },
  'hole-outside-shell': {
    zh: '内环（洞）在外环之外。请检查内外环的顺序，并把内环归入包含它的面。',
    en: 'A hole lies outside its outer ring. Check the order of the rings and put the hole into the polygon that contains it.',
  },
  'nested-holes': {
    zh: '一个内环位于另一个内环之中。请把里面的内环改为单独的面，或删除它。',
    en: 'A hole lies inside another hole. Make the inner one a polygon of its own or delete it.',
  },
  'nested-shells': {
    zh: '一个面位于同一要素的另一个面之内，该处面积会重复计算。请合并，或把里面的面改为内环。',
    en: 'A polygon lies inside another polygon of the same feature, so its area would count twice. Merge them or make the inner one a hole.',
  },
  'duplicate-rings': {
    zh: '两个环完全重合。请删除其中一个。',
    en: 'Two rings are identical. Delete one of them.',
  },
  'disconnected-interior': {
    zh: '内环把面的内部分割成互不连通的几块。请拆分为多个面。',
    en: 'Holes cut the interior into parts that do not hang together. Split the polygon into several.',
  },
  'too-few-points': {
    zh: '环的有效节点不足：闭合的环至少需要三个不同的点（连同闭合点共四个坐标）。请补全节点或删除该环。',
    en: 'A ring has too few vertices: a closed ring needs at least three different points (four positions with the closing one). Complete or delete it.',
  },
  'unclosed-ring': {
    zh: '环未闭合：最后一个坐标须与第一个坐标完全相同。请补上闭合点。',
    en: 'The ring is not closed: the last position must equal the first. Add the closing position.',
  },
  'repeated-point': {
    zh: '此处有重复的节点。请删除重复点。',
    en: 'A vertex is repeated here. Delete the repetition.',
  },
  'invalid-coordinate': {
    zh: '坐标不是有限的数值。给出的位置是它之前的最后一个有效坐标。请改正该坐标。',
    en: 'A coordinate is not a finite number. The place given is the last good position before it. Correct it.',
  },
  invalid: {
    zh: '几何图形无效。请用GIS软件检查并修复后重新提交。',
    en: 'The geometry is not valid. Check and repair it with GIS software and submit it again.',
  },
};
