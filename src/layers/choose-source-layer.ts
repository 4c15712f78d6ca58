/** Which layer of a delivered file is the one to be imported: by its name, alias or Chinese name; asked where that is not plain. */
import { AppError, type Bilingual } from '../core/errors.js';
import type { VectorLayer } from '../formats/vector-types.js';
import { findLayerByName, type LayerDefinition } from './catalogue.js';

type Candidate = Pick<VectorLayer, 'id' | 'kind' | 'title' | 'name' | 'alias' | 'areal' | 'featureCount'>;

/** `asked` is the layer a person named, which settles every doubt. Throws `bad-parameter` with what there is to choose from. */
export function chooseSourceLayer<L extends Candidate>(
  layers: readonly L[],
  wanted: LayerDefinition,
  asked: string | undefined,
): L {
  const usable = layers.filter(({ areal, kind }) => areal !== false && kind !== 'txt');
  if (asked !== undefined) {
    const name = asked.trim().toLowerCase();
    const named = layers.filter((layer) => namesOf(layer).some((one) => one.toLowerCase() === name));
    const [only] = named;
    if (only && named.length === 1) return only;
    throw ask(layers, {
      zh: `文件中没有（或不止一个）图层“${asked}”`,
      en: `The file has no layer "${asked}", or more than one`,
    });
  }
  const matching = usable.filter((layer) =>
    namesOf(layer).some((name) => findLayerByName(name)?.id === wanted.id),
  );
  const [only, ...more] = matching.length > 0 ? matching : usable;
  if (!only) throw noPolygons(layers);
  if (more.length > 0) {
    throw ask(matching.length > 0 ? matching : usable, {
      zh: `文件中有多个面图层${matching.length > 0 ? `都可作为${wanted.nameZh}` : `，没有一个名为${wanted.nameZh}`}`,
      en: `Several polygon layers of the file ${matching.length > 0 ? 'could be' : 'and none is named'} ${wanted.id}`,
    });
  }
  refuseDoubtful(only, wanted);
  return only;
}

const namesOf = ({ id, name, alias, title }: Candidate): string[] =>
  [id, name, alias, title.slice(title.lastIndexOf('/') + 1)].filter((one) => one !== null);

/** A name that stands for another layer, or czkfbj of a village system, needs a person's word. */
function refuseDoubtful(layer: Candidate, wanted: LayerDefinition): void {
  const other = namesOf(layer)
    .map((name) => findLayerByName(name))
    .find((known) => known !== undefined && known.id !== wanted.id);
  if (other) {
    throw ask([layer], {
      zh: `文件中的图层“${layer.id}”是${other.nameZh}，不是${wanted.nameZh}`,
      en: `The layer "${layer.id}" of the file is ${other.id}, not ${wanted.id}`,
    });
  }
  const written = [layer.title, ...namesOf(layer)].join(' ');
  if (wanted.id === 'czkfbj' && /村/.test(written)) {
    throw ask([layer], {
      zh: `图层“${layer.id}”看来是村庄开发边界（有系统也叫 czkfbj），不是城镇开发边界`,
      en: `The layer "${layer.id}" seems to be a village boundary (one system names it czkfbj too), not the urban one`,
    });
  }
}

function ask(layers: readonly Candidate[], why: Bilingual): AppError {
  const list = layers.map(({ id }) => `“${id}”`).join('、') || '—';
  return new AppError('bad-parameter', 'which layer of the file?', {
    detail: {
      zh: `${why.zh}。请用 layer 参数说明要导入的图层：${list}。`,
      en: `${why.en}. Say with layer which one to import: ${list}.`,
    },
    errors: layers.slice(0, 100).map(({ id, kind, featureCount }) => ({
      pointer: '?layer',
      code: 'choose-layer',
      detail: {
        zh: `“${id}”（${kind}，${featureCount} 个要素）`,
        en: `"${id}" (${kind}, ${featureCount} features)`,
      },
    })),
  });
}

const noPolygons = (layers: readonly Candidate[]): AppError =>
  new AppError('bad-layer-file', 'no polygon layer', {
    detail: {
      zh: `文件中没有面图层（有：${layers.map(({ id }) => id).join('、') || '无'}）。SHP 请把 .shp、.shx、.dbf、.prj 一起压缩。`,
      en: `The file holds no polygon layer (it has: ${layers.map(({ id }) => id).join(', ') || 'nothing'}). Zip .shp, .shx, .dbf and .prj of a shapefile together.`,
    },
  });
