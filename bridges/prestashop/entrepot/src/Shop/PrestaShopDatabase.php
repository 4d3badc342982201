<?php
/**
 * @author    Entrepot contributors
 * @copyright Entrepot contributors
 * @license   https://www.apache.org/licenses/LICENSE-2.0 Apache License 2.0
 */

namespace Entrepot\Bridge\Shop;

use Entrepot\Bridge\Database;

if (!defined('_PS_VERSION_')) {
    exit;
}

final class PrestaShopDatabase implements Database
{
    public function table(string $name): string
    {
        return _DB_PREFIX_ . $name;
    }

    public function execute(string $sql): int
    {
        $db = \Db::getInstance();
        if (!$db->execute($sql, false)) {
            throw new \RuntimeException('outbox statement failed', (int) $db->getNumberError());
        }

        return (int) $db->Affected_Rows();
    }

    public function rows(string $sql): array
    {
        $db = \Db::getInstance();
        $rows = $db->executeS($sql, true, false);
        if (!is_array($rows)) {
            throw new \RuntimeException('outbox query failed', (int) $db->getNumberError());
        }

        return $rows;
    }

    public function insertId(): int
    {
        return (int) \Db::getInstance()->Insert_ID();
    }

    public function quote(string $text): string
    {
        return "'" . \Db::getInstance()->escape($text, true) . "'";
    }
}
