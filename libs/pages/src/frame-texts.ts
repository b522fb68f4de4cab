import { catalogue, type Catalogue } from './texts.js';

const texts = catalogue(
  {
    'frame.controller': '{controller} is responsible for your data.',
    'frame.no-account': 'This page needs no account, sets no cookie and loads nothing from anyone else.',
    'link.unknown.title': 'This link is not valid',
    'link.unknown.text': 'Nothing was changed.',
    'link.unknown.help':
      'Please use the link exactly as it stands in the message: mail programs sometimes cut long ones.',
  },
  {
    'frame.controller': '{controller} est responsable de vos données.',
    'frame.no-account':
      'Cette page ne demande pas de compte, ne pose aucun cookie et ne charge rien d’ailleurs.',
    'link.unknown.title': 'Ce lien n’est pas valide',
    'link.unknown.text': 'Rien n’a été modifié.',
    'link.unknown.help':
      'Utilisez le lien exactement tel qu’il figure dans le message : les messageries coupent parfois les liens longs.',
  },
);

export type FrameKey = keyof (typeof texts)['en'];
/** What stands around every page, and the pages that belong to no concept. */
export const FRAME_TEXTS: Catalogue<FrameKey> = texts;
