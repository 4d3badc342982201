<?php
/**
 * @author    Entrepot contributors
 * @copyright Entrepot contributors
 * @license   https://www.apache.org/licenses/LICENSE-2.0 Apache License 2.0
 */

namespace Entrepot\Bridge\Shop;

if (!defined('_PS_VERSION_')) {
    exit;
}

/** One method per hook: the shop calls hooks by method name. The list is that of EventMap. */
trait HookMethods
{
    /** Must not throw: a bridge in trouble does not stop an order. */
    abstract protected function record(string $hook, $params);

    public function hookActionValidateOrder($params)
    {
        $this->record('actionValidateOrder', $params);
    }

    public function hookActionValidateOrderAfter($params)
    {
        $this->record('actionValidateOrderAfter', $params);
    }

    public function hookActionObjectOrderAddAfter($params)
    {
        $this->record('actionObjectOrderAddAfter', $params);
    }

    public function hookActionObjectOrderUpdateAfter($params)
    {
        $this->record('actionObjectOrderUpdateAfter', $params);
    }

    public function hookActionObjectOrderDeleteAfter($params)
    {
        $this->record('actionObjectOrderDeleteAfter', $params);
    }

    public function hookActionSetInvoice($params)
    {
        $this->record('actionSetInvoice', $params);
    }

    public function hookActionOrderEdited($params)
    {
        $this->record('actionOrderEdited', $params);
    }

    public function hookActionOrderSlipAdd($params)
    {
        $this->record('actionOrderSlipAdd', $params);
    }

    public function hookActionProductCancel($params)
    {
        $this->record('actionProductCancel', $params);
    }

    public function hookActionPaymentConfirmation($params)
    {
        $this->record('actionPaymentConfirmation', $params);
    }

    public function hookActionObjectOrderPaymentAddAfter($params)
    {
        $this->record('actionObjectOrderPaymentAddAfter', $params);
    }

    public function hookActionOrderStatusPostUpdate($params)
    {
        $this->record('actionOrderStatusPostUpdate', $params);
    }

    public function hookActionObjectOrderSlipAddAfter($params)
    {
        $this->record('actionObjectOrderSlipAddAfter', $params);
    }

    public function hookActionOrderReturn($params)
    {
        $this->record('actionOrderReturn', $params);
    }

    public function hookActionObjectOrderReturnUpdateAfter($params)
    {
        $this->record('actionObjectOrderReturnUpdateAfter', $params);
    }

    public function hookActionObjectOrderCarrierUpdateAfter($params)
    {
        $this->record('actionObjectOrderCarrierUpdateAfter', $params);
    }

    public function hookActionAdminOrdersTrackingNumberUpdate($params)
    {
        $this->record('actionAdminOrdersTrackingNumberUpdate', $params);
    }

    public function hookActionObjectOrderStateAddAfter($params)
    {
        $this->record('actionObjectOrderStateAddAfter', $params);
    }

    public function hookActionObjectOrderStateUpdateAfter($params)
    {
        $this->record('actionObjectOrderStateUpdateAfter', $params);
    }

    public function hookActionProductAdd($params)
    {
        $this->record('actionProductAdd', $params);
    }

    public function hookActionProductSave($params)
    {
        $this->record('actionProductSave', $params);
    }

    public function hookActionProductUpdate($params)
    {
        $this->record('actionProductUpdate', $params);
    }

    public function hookActionObjectProductAddAfter($params)
    {
        $this->record('actionObjectProductAddAfter', $params);
    }

    public function hookActionObjectProductUpdateAfter($params)
    {
        $this->record('actionObjectProductUpdateAfter', $params);
    }

    public function hookActionProductDelete($params)
    {
        $this->record('actionProductDelete', $params);
    }

    public function hookActionObjectProductDeleteAfter($params)
    {
        $this->record('actionObjectProductDeleteAfter', $params);
    }

    public function hookActionProductAttributeUpdate($params)
    {
        $this->record('actionProductAttributeUpdate', $params);
    }

    public function hookActionObjectCombinationAddAfter($params)
    {
        $this->record('actionObjectCombinationAddAfter', $params);
    }

    public function hookActionObjectCombinationUpdateAfter($params)
    {
        $this->record('actionObjectCombinationUpdateAfter', $params);
    }

    public function hookActionProductAttributeDelete($params)
    {
        $this->record('actionProductAttributeDelete', $params);
    }

    public function hookActionObjectCombinationDeleteAfter($params)
    {
        $this->record('actionObjectCombinationDeleteAfter', $params);
    }

    public function hookActionUpdateQuantity($params)
    {
        $this->record('actionUpdateQuantity', $params);
    }

    public function hookActionObjectStockAvailableAddAfter($params)
    {
        $this->record('actionObjectStockAvailableAddAfter', $params);
    }

    public function hookActionObjectStockAvailableUpdateAfter($params)
    {
        $this->record('actionObjectStockAvailableUpdateAfter', $params);
    }

    public function hookActionObjectSpecificPriceAddAfter($params)
    {
        $this->record('actionObjectSpecificPriceAddAfter', $params);
    }

    public function hookActionObjectSpecificPriceUpdateAfter($params)
    {
        $this->record('actionObjectSpecificPriceUpdateAfter', $params);
    }

    public function hookActionObjectSpecificPriceDeleteAfter($params)
    {
        $this->record('actionObjectSpecificPriceDeleteAfter', $params);
    }

    public function hookActionCustomerAccountAdd($params)
    {
        $this->record('actionCustomerAccountAdd', $params);
    }

    public function hookActionObjectCustomerAddAfter($params)
    {
        $this->record('actionObjectCustomerAddAfter', $params);
    }

    public function hookActionCustomerAccountUpdate($params)
    {
        $this->record('actionCustomerAccountUpdate', $params);
    }

    public function hookActionObjectCustomerUpdateAfter($params)
    {
        $this->record('actionObjectCustomerUpdateAfter', $params);
    }

    public function hookActionObjectCustomerDeleteAfter($params)
    {
        $this->record('actionObjectCustomerDeleteAfter', $params);
    }

    public function hookActionObjectAddressAddAfter($params)
    {
        $this->record('actionObjectAddressAddAfter', $params);
    }

    public function hookActionObjectAddressUpdateAfter($params)
    {
        $this->record('actionObjectAddressUpdateAfter', $params);
    }

    public function hookActionObjectAddressDeleteAfter($params)
    {
        $this->record('actionObjectAddressDeleteAfter', $params);
    }

    public function hookActionCartSave($params)
    {
        $this->record('actionCartSave', $params);
    }

    public function hookActionNewsletterRegistrationAfter($params)
    {
        $this->record('actionNewsletterRegistrationAfter', $params);
    }

    public function hookActionDeleteGDPRCustomer($params)
    {
        $this->record('actionDeleteGDPRCustomer', $params);
    }

    /** The privacy module shows the answer to the customer. */
    public function hookActionExportGDPRData($params)
    {
        $this->record('actionExportGDPRData', $params);

        return json_encode([]);
    }
}
