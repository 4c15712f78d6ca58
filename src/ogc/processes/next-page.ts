/** The way on from a page of a list, as a link and for people; `after` is the last entry of the page where more follow. */
import { anchor, say } from '../common/pages.js';
import { addressWith, JSON_TYPE } from '../media.js';
import type { Link, StandardRequest } from '../standard.js';

export const nextLinks = (request: StandardRequest, after: string | undefined): Link[] =>
  after === undefined ? [] : [{ href: addressWith(request, { after }), rel: 'next', type: JSON_TYPE }];

export const nextPage = (request: StandardRequest, after: string | undefined): string =>
  after === undefined
    ? ''
    : `<p>${anchor(addressWith(request, { after }), say(request.language, '下一页', 'Next page'))}</p>`;
