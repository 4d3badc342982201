<?php
/**
 * @author    Entrepot contributors
 * @copyright Entrepot contributors
 * @license   https://www.apache.org/licenses/LICENSE-2.0 Apache License 2.0
 */

if (!defined('_PS_VERSION_')) {
    exit;
}

// Keys as the shop's translation of modules builds them: file and MD5 of the English text.
global $_MODULE;
$_MODULE = [];

$_MODULE['<{entrepot}prestashop>entrepot_c9d449fb1ac66c1ef8185cc262e9486c'] = 'Passerelle Entrepot';
$_MODULE['<{entrepot}prestashop>entrepot_b94727b775c8188ac85b8bb78793c77a'] = 'Envoie à un hub Entrepot des événements signés sur les commandes, les produits, le stock et les clients.';
$_MODULE['<{entrepot}prestashop>entrepot_3fecbfa7860ddc350e64b425866dcf49'] = 'Les événements non encore envoyés seront perdus. Continuer ?';

$_MODULE['<{entrepot}prestashop>configpage_88ca243694dcbf719e8bc83f0a70120f'] = '%d événements seront renvoyés.';
$_MODULE['<{entrepot}prestashop>configpage_6c7c6fc4aee7e47646a5df4f9d8b7548'] = 'L’adresse du hub doit commencer par https:// (http:// uniquement dans votre propre réseau).';
$_MODULE['<{entrepot}prestashop>configpage_8ef9412a7e4717902f1409106a509409'] = 'Le secret doit compter au moins %d caractères.';
$_MODULE['<{entrepot}prestashop>configpage_2bcf4d0012d8fec18f5b97a1f307c958'] = 'Enregistré.';
$_MODULE['<{entrepot}prestashop>configpage_5b1b36b54463354013204b626fc6a567'] = 'Le hub a accepté l’événement de test.';
$_MODULE['<{entrepot}prestashop>configpage_390632a340d3a31fbc085702c1459070'] = 'Le hub n’a pas accepté l’événement de test :';
$_MODULE['<{entrepot}prestashop>configpage_f4f70727dc34561dfde1a3c529b6205c'] = 'Paramètres';
$_MODULE['<{entrepot}prestashop>configpage_c9cc8cce247e49bae79f15173ce97354'] = 'Enregistrer';
$_MODULE['<{entrepot}prestashop>configpage_d23fe791adb89c25ea61e8c39432311b'] = 'Adresse du hub';
$_MODULE['<{entrepot}prestashop>configpage_2dd2aab0e02c8114c63554b5a01617c0'] = 'L’adresse de webhook que le hub affiche pour cette boutique.';
$_MODULE['<{entrepot}prestashop>configpage_1e6947ac7fb3a9529a9726eb692c8cc5'] = 'Secret';
$_MODULE['<{entrepot}prestashop>configpage_77cd4cad0b5447e5f3f6fa2eaec2ad66'] = 'Laisser vide pour conserver le secret actuel.';
$_MODULE['<{entrepot}prestashop>configpage_8d54ec5630623316472031d3aa0b5fe4'] = 'Secret précédent';
$_MODULE['<{entrepot}prestashop>configpage_28a4a6a695cea89bc562540cd1232f7e'] = 'Seulement pendant un changement de secret : les événements sont signés avec les deux. Vide : plus utilisé.';
$_MODULE['<{entrepot}prestashop>configpage_b554830a76958da8497f32d726d77758'] = 'Envoyer immédiatement';
$_MODULE['<{entrepot}prestashop>configpage_c7cf1c41945a446caf1eb180cccbff20'] = 'À la fin de la requête qui a causé l’événement. Sinon uniquement par cron.';
$_MODULE['<{entrepot}prestashop>configpage_b1b7882369001ebead9563aec4e6f2eb'] = 'Événements de panier';
$_MODULE['<{entrepot}prestashop>configpage_887338ddfbf1e1b42a559ecb7db999dc'] = 'Très nombreux ; utiles seulement pour les paniers abandonnés.';
$_MODULE['<{entrepot}prestashop>configpage_93cba07454f06a4a960172bbd6e2a435'] = 'Oui';
$_MODULE['<{entrepot}prestashop>configpage_bafd7322c6e97d25b6299b5d6fe8920b'] = 'Non';

$_MODULE['<{entrepot}prestashop>status_7554b67fb6cb01f58c8c2bee866cceb1'] = 'Boîte d’envoi';
$_MODULE['<{entrepot}prestashop>status_5706de961fb376d701be6e7762d8b09c'] = 'En attente';
$_MODULE['<{entrepot}prestashop>status_f14b514e6ca0a666ccbf8b7ec839dfb9'] = 'le plus ancien';
$_MODULE['<{entrepot}prestashop>status_12c7a85c67721a6ff179c88d478e925d'] = 'Abandonnés';
$_MODULE['<{entrepot}prestashop>status_ddfd81280aba058fa4f28caa110222dc'] = 'Envoyés ces 7 derniers jours';
$_MODULE['<{entrepot}prestashop>status_92de805ae582ce6049f832471539737c'] = 'Dernière erreur';
$_MODULE['<{entrepot}prestashop>status_7f44853254472ddd3714a94de1bae4f4'] = 'À appeler toutes les 5 minutes par cron';
$_MODULE['<{entrepot}prestashop>status_0cbc6611f5540bd0809a388dc95a615b'] = 'Tester';
$_MODULE['<{entrepot}prestashop>status_2ea6675b6f851a54dde714690543b52e'] = 'Renvoyer les événements en échec';
