<?php
/**
 * @author    Entrepot contributors
 * @copyright Entrepot contributors
 * @license   https://www.apache.org/licenses/LICENSE-2.0 Apache License 2.0
 */

namespace Entrepot\Bridge\Shop;

use Entrepot\Bridge\Envelope;
use Entrepot\Bridge\HubUrl;

if (!defined('_PS_VERSION_')) {
    exit;
}

/** The module's page in the back office: settings of the current shop context, and the outbox of the current shop. */
final class ConfigPage
{
    const SECRET_LENGTH_MIN = 16;

    /** @var \Entrepot */
    private $module;

    /** @var \Context */
    private $context;

    /** @var ShopConfiguration */
    private $configuration;

    public function __construct(\Entrepot $module, \Context $context)
    {
        $this->module = $module;
        $this->context = $context;
        $this->configuration = $module->bridge()->configuration();
    }

    public function show(): string
    {
        return $this->act() . $this->status() . $this->form();
    }

    private function act(): string
    {
        if (\Tools::isSubmit('submitEntrepot')) {
            return $this->save();
        }
        if (\Tools::isSubmit('submitEntrepotTest')) {
            return $this->test();
        }
        if (\Tools::isSubmit('submitEntrepotRetry')) {
            $count = $this->module->bridge()->desk()->sendFailedAgain((int) $this->context->shop->id);

            return $this->module->displayConfirmation(sprintf($this->l('%d events will be sent again.'), $count));
        }

        return '';
    }

    private function save(): string
    {
        $url = trim((string) \Tools::getValue(ShopConfiguration::URL));
        if ($url !== '' && !HubUrl::isAllowed($url)) {
            return $this->module->displayError($this->l('The hub URL must start with https:// (http:// only inside your own network).'));
        }
        $secret = (string) \Tools::getValue(ShopConfiguration::SECRET);
        if ($secret !== '' && strlen($secret) < self::SECRET_LENGTH_MIN) {
            return $this->module->displayError(sprintf($this->l('The secret needs at least %d characters.'), self::SECRET_LENGTH_MIN));
        }
        $this->configuration->save(ShopConfiguration::URL, $url);
        if ($secret !== '') {
            $this->configuration->saveSecret(ShopConfiguration::SECRET, $secret);
        }
        $previous = (string) \Tools::getValue(ShopConfiguration::PREVIOUS_SECRET);
        $this->configuration->saveSecret(ShopConfiguration::PREVIOUS_SECRET, $previous);
        foreach ([ShopConfiguration::AT_REQUEST_END, ShopConfiguration::CARTS] as $switch) {
            $this->configuration->save($switch, \Tools::getValue($switch) ? '1' : '0');
        }

        return $this->module->displayConfirmation($this->l('Saved.'));
    }

    private function test(): string
    {
        $response = $this->module->bridge()->sendOnce('bridge.ping', (int) $this->context->shop->id);
        if ($response->isAccepted()) {
            return $this->module->displayConfirmation($this->l('The hub accepted the test event.'));
        }

        return $this->module->displayError($this->l('The hub did not accept the test event:') . ' ' . \Tools::safeOutput($response->describe()));
    }

    private function status(): string
    {
        $status = $this->module->bridge()->desk()->status((int) $this->context->shop->id);
        foreach (['oldestPendingAt', 'lastErrorAt'] as $moment) {
            $status[$moment] = $status[$moment] > 0 ? Envelope::time($status[$moment]) : '';
        }
        $cron = $this->context->link->getModuleLink('entrepot', 'cron', ['token' => $this->configuration->cronToken()], true);
        $this->context->smarty->assign(['entrepot_status' => $status, 'entrepot_cron' => $cron, 'entrepot_action' => $this->address()]);

        return $this->module->display($this->module->getLocalPath() . 'entrepot.php', 'views/templates/admin/status.tpl');
    }

    private function form(): string
    {
        $helper = new \HelperForm();
        $helper->module = $this->module;
        $helper->name_controller = 'entrepot';
        $helper->token = \Tools::getAdminTokenLite('AdminModules');
        $helper->currentIndex = \AdminController::$currentIndex . '&configure=entrepot';
        $helper->default_form_language = (int) \Configuration::get('PS_LANG_DEFAULT');
        $helper->submit_action = 'submitEntrepot';
        // Secrets go in and never come out again.
        $helper->fields_value = [
            ShopConfiguration::URL => (string) \Configuration::get(ShopConfiguration::URL),
            ShopConfiguration::SECRET => '',
            ShopConfiguration::PREVIOUS_SECRET => '',
            ShopConfiguration::AT_REQUEST_END => (string) \Configuration::get(ShopConfiguration::AT_REQUEST_END),
            ShopConfiguration::CARTS => (string) \Configuration::get(ShopConfiguration::CARTS),
        ];

        return $helper->generateForm([['form' => [
            'legend' => ['title' => $this->l('Settings'), 'icon' => 'icon-cogs'],
            'input' => $this->inputs(),
            'submit' => ['title' => $this->l('Save')],
        ]]]);
    }

    private function inputs(): array
    {
        return [
            ['type' => 'text', 'name' => ShopConfiguration::URL, 'label' => $this->l('Hub URL'), 'desc' => $this->l('The webhook URL that the hub shows for this store.')],
            ['type' => 'password', 'name' => ShopConfiguration::SECRET, 'label' => $this->l('Secret'), 'desc' => $this->l('Leave empty to keep the present one.')],
            ['type' => 'password', 'name' => ShopConfiguration::PREVIOUS_SECRET, 'label' => $this->l('Previous secret'), 'desc' => $this->l('Only while you change the secret: events are signed with both. Empty: no longer used.')],
            $this->toggle(ShopConfiguration::AT_REQUEST_END, $this->l('Send at once'), $this->l('At the end of the request that caused the event. Otherwise only by cron.')),
            $this->toggle(ShopConfiguration::CARTS, $this->l('Cart events'), $this->l('Many events; only needed for abandoned carts.')),
        ];
    }

    private function toggle(string $name, string $label, string $description): array
    {
        return [
            'type' => 'switch', 'name' => $name, 'label' => $label, 'desc' => $description, 'is_bool' => true,
            'values' => [
                ['id' => $name . '_on', 'value' => 1, 'label' => $this->l('Yes')],
                ['id' => $name . '_off', 'value' => 0, 'label' => $this->l('No')],
            ],
        ];
    }

    private function address(): string
    {
        return $this->context->link->getAdminLink('AdminModules', true) . '&configure=entrepot';
    }

    private function l(string $text): string
    {
        return $this->module->l($text, 'configpage');
    }
}
