<?php
/**
 * @author    Entrepot contributors
 * @copyright Entrepot contributors
 * @license   https://www.apache.org/licenses/LICENSE-2.0 Apache License 2.0
 */
if (!defined('_PS_VERSION_')) {
    exit;
}

/** The address that cron calls: index.php?fc=module&module=entrepot&controller=cron&token=... */
class EntrepotCronModuleFrontController extends ModuleFrontController
{
    /** @var bool */
    public $ssl = true;

    public function postProcess()
    {
        $answer = $this->module->bridge()->cron((string) Tools::getValue('token'));
        http_response_code($answer['status']);
        header('Content-Type: application/json');
        header('Cache-Control: no-store');
        $this->answer((string) json_encode($answer['body']));
    }

    /** Ends the request: there is no page to show. */
    protected function answer(string $json)
    {
        echo $json;
        exit;
    }

    /** Events are also sent while the shop is closed for maintenance. */
    protected function displayMaintenancePage()
    {
    }
}
