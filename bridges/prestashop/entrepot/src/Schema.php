<?php
/**
 * @author    Entrepot contributors
 * @copyright Entrepot contributors
 * @license   https://www.apache.org/licenses/LICENSE-2.0 Apache License 2.0
 */

namespace Entrepot\Bridge;

if (!defined('_PS_VERSION_')) {
    exit;
}

/** The module's tables. Times are Unix milliseconds: a DATETIME would depend on the time zone of the connection. */
final class Schema
{
    /** @return string[] */
    public static function install(Database $db): array
    {
        $outbox = 'CREATE TABLE IF NOT EXISTS `' . $db->table('entrepot_outbox') . '` (
            `id` BIGINT UNSIGNED NOT NULL AUTO_INCREMENT,
            `id_shop` INT UNSIGNED NOT NULL,
            `sequence` BIGINT UNSIGNED NOT NULL,
            `event_id` CHAR(36) NOT NULL,
            `event_type` VARCHAR(64) NOT NULL,
            `object_type` VARCHAR(32) NOT NULL,
            `object_id` VARCHAR(64) NOT NULL,
            `body` MEDIUMTEXT NOT NULL,
            `status` VARCHAR(8) NOT NULL,
            `attempts` INT UNSIGNED NOT NULL DEFAULT 0,
            `changed_at` BIGINT UNSIGNED NOT NULL,
            `queued_at` BIGINT UNSIGNED NOT NULL,
            `due_at` BIGINT UNSIGNED NOT NULL,
            `tried_at` BIGINT UNSIGNED NOT NULL DEFAULT 0,
            `claim` VARCHAR(36) NOT NULL DEFAULT \'\',
            `claimed_until` BIGINT UNSIGNED NOT NULL DEFAULT 0,
            `last_error` VARCHAR(255) NOT NULL DEFAULT \'\',
            PRIMARY KEY (`id`),
            UNIQUE KEY `event_id` (`event_id`),
            KEY `next` (`id_shop`, `status`, `id`),
            KEY `object` (`id_shop`, `object_type`, `object_id`, `status`, `id`),
            KEY `age` (`status`, `queued_at`)
        ) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4';
        // A counter of our own: MySQL before 8 forgets AUTO_INCREMENT on restart when the table was pruned empty.
        $sequence = 'CREATE TABLE IF NOT EXISTS `' . $db->table('entrepot_sequence') . '` (
            `id_shop` INT UNSIGNED NOT NULL,
            `value` BIGINT UNSIGNED NOT NULL,
            PRIMARY KEY (`id_shop`)
        ) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4';

        return [$outbox, $sequence];
    }

    /** @return string[] */
    public static function uninstall(Database $db): array
    {
        return [
            'DROP TABLE IF EXISTS `' . $db->table('entrepot_outbox') . '`',
            'DROP TABLE IF EXISTS `' . $db->table('entrepot_sequence') . '`',
        ];
    }
}
