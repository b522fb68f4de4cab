import { catalogue, type Say } from '@assent/pages';

/** Every sentence of the confirmation mail. A tenant's own text of the same key goes first. */
export const MAIL_TEXTS = catalogue(
  {
    'confirmation.subject': 'Please confirm: {purpose}, from {brand}',
    'confirmation.title': 'Please confirm your subscription',
    'confirmation.asked':
      'We were asked to send “{purpose}” to this address. If that was you, one click confirms it.',
    'confirmation.button': 'Confirm my subscription',
    'confirmation.button.written': 'Or open this link:',
    'confirmation.until': 'The link works until {date}. Before you confirm, you receive nothing else.',
    'confirmation.not-you':
      'You did not ask? Do nothing: without your confirmation the request lapses. Or cancel it at once:',
    'confirmation.cancel': 'Cancel the request',
    'confirmation.notice': 'What you confirm, as it was shown at the sign-up:',
    'confirmation.controller': '{controller} is responsible for your data.',
    'confirmation.rights': 'Your rights, offered in each mail:',
    'confirmation.rights.page': 'Use them on your page, without an account:',
    'confirmation.rights.contact': 'Or write to: {contact}',
    'confirmation.preferences': 'See and stop all messages from {brand}',
    'right.access': 'access to your data',
    'right.rectification': 'correction of your data',
    'right.erasure': 'erasure of your data',
    'right.objection': 'objection to all marketing',
    'right.withdrawal': 'withdrawal of your consent',
    'right.restriction': 'restriction of what is done with your data',
    'right.portability': 'a copy of your data to take elsewhere',
  },
  {
    'confirmation.subject': 'À confirmer : {purpose}, de {brand}',
    'confirmation.title': 'Confirmez votre inscription',
    'confirmation.asked':
      'On nous a demandé d’envoyer « {purpose} » à cette adresse. Si c’était vous, un clic suffit pour confirmer.',
    'confirmation.button': 'Confirmer mon inscription',
    'confirmation.button.written': 'Ou ouvrez ce lien :',
    'confirmation.until':
      'Le lien fonctionne jusqu’au {date}. Tant que vous n’avez pas confirmé, vous ne recevez rien d’autre.',
    'confirmation.not-you':
      'Ce n’était pas vous ? Ne faites rien : sans confirmation, la demande s’éteint. Ou annulez-la tout de suite :',
    'confirmation.cancel': 'Annuler la demande',
    'confirmation.notice': 'Ce que vous confirmez, tel que présenté à l’inscription :',
    'confirmation.controller': '{controller} est responsable de vos données.',
    'confirmation.rights': 'Vos droits, proposés dans chaque message :',
    'confirmation.rights.page': 'Exercez-les sur votre page, sans compte :',
    'confirmation.rights.contact': 'Ou écrivez à : {contact}',
    'confirmation.preferences': 'Voir et arrêter tous les messages de {brand}',
    'right.access': 'accès à vos données',
    'right.rectification': 'rectification de vos données',
    'right.erasure': 'effacement de vos données',
    'right.objection': 'opposition à toute prospection',
    'right.withdrawal': 'retrait de votre consentement',
    'right.restriction': 'limitation du traitement de vos données',
    'right.portability': 'copie de vos données, à emporter',
  },
);

export type MailTextKey = keyof (typeof MAIL_TEXTS)['en'];

/** A right as people call it; of a word that there is no text for, the word itself. */
export function rightNamed(
  right: string,
  say: Say<MailTextKey>,
  own: (key: string) => string | undefined,
): string {
  const key = `right.${right}`;
  return key in MAIL_TEXTS.en ? say(key as MailTextKey) : (own(key) ?? right);
}
