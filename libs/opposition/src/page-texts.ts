import { catalogue } from '@assent/pages';

/** Every sentence that a person reads on the pages of this library. */
export const PAGE_TEXTS = catalogue(
  {
    'unsubscribe.about': 'You came here by the unsubscribe link of a message from {brand}.',
    'unsubscribe.title': 'Stop “{purpose}”?',
    'unsubscribe.question': '{brand} will no longer send you “{purpose}” by e-mail.',
    'unsubscribe.address': 'For {address}',
    'unsubscribe.explain': 'One click is enough. No account, no reason, no cost.',
    'unsubscribe.button': 'Unsubscribe',
    'unsubscribe.done.title': 'You are unsubscribed',
    'unsubscribe.done.text': '{brand} will no longer send you “{purpose}” by e-mail.',
    'unsubscribe.done.from-now':
      'This counts from now on. Every tool that sends for {brand} is told, and asked whether it obeys.',
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
  },
  {
    'unsubscribe.about': 'Vous êtes ici par le lien de désabonnement d’un message de {brand}.',
    'unsubscribe.title': 'Ne plus recevoir « {purpose} » ?',
    'unsubscribe.question': '{brand} ne vous enverra plus « {purpose} » par e-mail.',
    'unsubscribe.address': 'Pour {address}',
    'unsubscribe.explain': 'Un clic suffit. Sans compte, sans motif, sans frais.',
    'unsubscribe.button': 'Se désabonner',
    'unsubscribe.done.title': 'Désabonnement enregistré',
    'unsubscribe.done.text': '{brand} ne vous enverra plus « {purpose} » par e-mail.',
    'unsubscribe.done.from-now':
      'C’est valable dès maintenant. Chaque outil qui envoie pour {brand} en est informé, et nous vérifions qu’il obéit.',
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
  },
);

export type TextKey = keyof (typeof PAGE_TEXTS)['en'];
