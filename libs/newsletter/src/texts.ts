import { catalogue } from '@assent/pages';

/** Every sentence that a person reads on the pages of this library. */
export const NEWSLETTER_TEXTS = catalogue(
  {
    'sign-up.title': 'Receive “{purpose}”',
    'sign-up.explain':
      '{brand} writes to you only after you have confirmed from your own mailbox. One click in every message ends it.',
    'sign-up.email': 'Your e-mail address',
    'sign-up.required': '* needed: without it we cannot write to you.',
    'sign-up.wrong': 'Write an e-mail address such as name@example.org.',
    'sign-up.button': 'Send me the confirmation mail',
    'sign-up.notice': 'What you agree to',
    'sign-up.language': 'En français',
    'sign-up.sent.title': 'Look into your mailbox',
    'sign-up.sent.text':
      'If the address can be written to, a mail from {brand} is on its way. Open it and confirm: nothing is sent before.',
    'sign-up.sent.help':
      'No mail after a few minutes? Look into the folder for unwanted mail, and check the address. We write to one address once a day at most.',
    'sign-up.again': 'Back to the form',
    'confirm.title': 'Confirm “{purpose}”',
    'confirm.text': 'With this click you agree to receive “{purpose}” from {brand} by e-mail.',
    'confirm.button': 'Yes, I want to receive it',
    'confirm.otherwise': 'You did not ask for it? Do nothing: without your click nobody is subscribed.',
    'confirm.notice': 'What you agree to',
    'confirmed.title': 'You are subscribed',
    'confirmed.text': 'From now on {brand} may send you “{purpose}” by e-mail.',
    'confirmed.end': 'You can end it at any time: by the link in every message, or on your page.',
    'confirmed.preferences': 'All your messages from {brand}',
    'expired.title': 'This link has ended',
    'expired.text': 'It no longer confirms anything, and nothing was changed.',
    'expired.button': 'Send me a new one',
    'expired.form': 'Sign up again',
    'again.title': 'Look into your mailbox',
    'again.text': 'A new mail is on its way, unless one went to you a short while ago.',
  },
  {
    'sign-up.title': 'Recevoir « {purpose} »',
    'sign-up.explain':
      '{brand} ne vous écrit qu’après votre confirmation, depuis votre propre messagerie. Un clic dans chaque message y met fin.',
    'sign-up.email': 'Votre adresse e-mail',
    'sign-up.required': '* obligatoire : sans elle, nous ne pouvons pas vous écrire.',
    'sign-up.wrong': 'Indiquez une adresse e-mail telle que nom@example.org.',
    'sign-up.button': 'M’envoyer le message de confirmation',
    'sign-up.notice': 'Ce que vous acceptez',
    'sign-up.language': 'In English',
    'sign-up.sent.title': 'Consultez votre messagerie',
    'sign-up.sent.text':
      'Si l’adresse peut recevoir du courrier, un message de {brand} est en route. Ouvrez-le et confirmez : rien n’est envoyé avant.',
    'sign-up.sent.help':
      'Pas de message après quelques minutes ? Regardez dans les indésirables et vérifiez l’adresse. Nous écrivons au plus une fois par jour à une même adresse.',
    'sign-up.again': 'Retour au formulaire',
    'confirm.title': 'Confirmer « {purpose} »',
    'confirm.text': 'Par ce clic, vous acceptez de recevoir « {purpose} » de {brand} par e-mail.',
    'confirm.button': 'Oui, je souhaite le recevoir',
    'confirm.otherwise':
      'Vous n’avez rien demandé ? Ne faites rien : sans votre clic, personne n’est inscrit.',
    'confirm.notice': 'Ce que vous acceptez',
    'confirmed.title': 'Vous êtes inscrit',
    'confirmed.text': '{brand} peut désormais vous envoyer « {purpose} » par e-mail.',
    'confirmed.end':
      'Vous pouvez y mettre fin à tout moment : par le lien de chaque message, ou sur votre page.',
    'confirmed.preferences': 'Tous vos messages de {brand}',
    'expired.title': 'Ce lien n’est plus valable',
    'expired.text': 'Il ne confirme plus rien, et rien n’a été modifié.',
    'expired.button': 'M’en envoyer un nouveau',
    'expired.form': 'S’inscrire de nouveau',
    'again.title': 'Consultez votre messagerie',
    'again.text': 'Un nouveau message est en route, sauf si un autre vient de vous être envoyé.',
  },
);

export type NewsletterKey = keyof (typeof NEWSLETTER_TEXTS)['en'];
