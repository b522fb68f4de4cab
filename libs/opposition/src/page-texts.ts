/** Every sentence that a person reads on the pages of this library. A tenant's own text of the same key goes first. */
export const PAGE_TEXTS = {
  en: {
    'unsubscribe.title': 'Unsubscribe',
    'unsubscribe.question': 'Do you no longer want to receive “{purpose}” from {brand} by e-mail?',
    'unsubscribe.explain': 'One click is enough. No account, no reason, no cost.',
    'unsubscribe.button': 'Unsubscribe',
    'unsubscribe.done.title': 'You are unsubscribed',
    'unsubscribe.done.text': '{brand} will no longer send you “{purpose}” by e-mail.',
    'unsubscribe.undo.text': 'Was that a mistake? You can take it back within 15 minutes.',
    'unsubscribe.undo.button': 'Undo',
    'unsubscribe.undone.title': 'Taken back',
    'unsubscribe.undone.text': '“{purpose}” is as it was before your click.',
    'unsubscribe.undone.still':
      'Your click is taken back. Another refusal of yours stays in force, so “{purpose}” stays stopped.',
    'unsubscribe.over.title': 'Too late to undo',
    'unsubscribe.over.text':
      'A click can be taken back within 15 minutes. To receive “{purpose}” again, sign up again.',
    'unsubscribe.more': 'See and stop all messages from {brand}',
    'preferences.title': 'Your messages from {brand}',
    'preferences.address': 'For {address}',
    'preferences.explain': 'Stop what you no longer want. No account, no reason, no cost.',
    'preferences.list': 'What {brand} may send',
    'preferences.stop': 'Stop',
    'preferences.stopped': 'Stopped since {date}',
    'preferences.done': 'Done: you will no longer receive “{purpose}”.',
    'preferences.all.title': 'Everything at once',
    'preferences.all.text':
      'Stops all advertising from {brand}, on every channel. Messages that a contract or the law requires still come.',
    'preferences.all.button': 'Stop all advertising',
    'preferences.all.stopped': 'All advertising is stopped since {date}.',
    'preferences.all.done': 'Done: all advertising is stopped.',
    'link.unknown.title': 'This link is not valid',
    'link.unknown.text': 'Please use the link exactly as it stands in the message.',
  },
  fr: {
    'unsubscribe.title': 'Se désabonner',
    'unsubscribe.question': 'Vous ne souhaitez plus recevoir « {purpose} » de {brand} par e-mail ?',
    'unsubscribe.explain': 'Un clic suffit. Sans compte, sans motif, sans frais.',
    'unsubscribe.button': 'Se désabonner',
    'unsubscribe.done.title': 'Désabonnement enregistré',
    'unsubscribe.done.text': '{brand} ne vous enverra plus « {purpose} » par e-mail.',
    'unsubscribe.undo.text': 'Une erreur ? Vous pouvez annuler pendant 15 minutes.',
    'unsubscribe.undo.button': 'Annuler',
    'unsubscribe.undone.title': 'C’est annulé',
    'unsubscribe.undone.text': 'Tout est comme avant votre clic pour « {purpose} ».',
    'unsubscribe.undone.still':
      'Votre clic est annulé. Un autre refus de votre part reste en vigueur : vous ne recevrez pas « {purpose} ».',
    'unsubscribe.over.title': 'Trop tard pour annuler',
    'unsubscribe.over.text':
      'Un clic s’annule pendant 15 minutes. Pour recevoir de nouveau « {purpose} », réinscrivez-vous.',
    'unsubscribe.more': 'Voir et arrêter tous les messages de {brand}',
    'preferences.title': 'Vos messages de {brand}',
    'preferences.address': 'Pour {address}',
    'preferences.explain': 'Arrêtez ce que vous ne voulez plus. Sans compte, sans motif, sans frais.',
    'preferences.list': 'Ce que {brand} peut envoyer',
    'preferences.stop': 'Arrêter',
    'preferences.stopped': 'Arrêté depuis le {date}',
    'preferences.done': 'C’est fait : vous ne recevrez plus « {purpose} ».',
    'preferences.all.title': 'Tout à la fois',
    'preferences.all.text':
      'Arrête toute la publicité de {brand}, sur tous les canaux. Les messages qu’un contrat ou la loi exige arrivent toujours.',
    'preferences.all.button': 'Arrêter toute la publicité',
    'preferences.all.stopped': 'Toute la publicité est arrêtée depuis le {date}.',
    'preferences.all.done': 'C’est fait : toute la publicité est arrêtée.',
    'link.unknown.title': 'Ce lien n’est pas valide',
    'link.unknown.text': 'Utilisez le lien exactement comme il figure dans le message.',
  },
} as const;

export type TextKey = keyof (typeof PAGE_TEXTS)['en'];
/** A sentence by its key, in one language, with its blanks filled in. Plain text: the page escapes it. */
export type Say = (key: TextKey, blanks?: Readonly<Record<string, string>>) => string;

export const speak =
  (language: string, own: (key: TextKey) => string | undefined): Say =>
  (key, blanks = {}) => {
    const builtIn: Readonly<Record<TextKey, string>> = language === 'fr' ? PAGE_TEXTS.fr : PAGE_TEXTS.en;
    return (own(key) ?? builtIn[key]).replace(/\{(\w+)\}/g, (blank, name: string) => blanks[name] ?? blank);
  };

/** The language a browser asks for that we have; RFC 9110 §12.5.4, quality values included. */
export function preferredLanguage(
  header: string | undefined,
  available: readonly string[],
): string | undefined {
  return (header ?? '')
    .slice(0, 500)
    .split(',')
    .map((range, index) => ({ language: languageOf(range), quality: qualityOf(range), index }))
    .filter(({ language, quality }) => quality > 0 && available.includes(language))
    .sort((a, b) => b.quality - a.quality || a.index - b.index)[0]?.language;
}

/** `fr` of `fr-BE`. */
export const languageOf = (tag: string): string => tag.trim().split(/[-;_]/, 1)[0]?.toLowerCase() ?? '';

/** Whether the client wants a page rather than a bare status: only who names HTML, no weaker than anything else. */
export function wantsPage(accept: string | undefined): boolean {
  const ranges = (accept ?? '').slice(0, 500).split(',');
  const html = ranges.find((range) => /^\s*(?:text\/html|application\/xhtml\+xml)\s*(?:;|$)/i.test(range));
  return (
    html !== undefined && qualityOf(html) > 0 && ranges.every((range) => qualityOf(range) <= qualityOf(html))
  );
}

const qualityOf = (range: string): number => {
  const [, quality] = /;\s*q=([01](?:\.\d{0,3})?)\s*(?:;|$)/i.exec(range) ?? [];
  return quality === undefined ? 1 : Number(quality);
};
