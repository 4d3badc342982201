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

/** The few things that the outbox needs of a database. Failures throw. */
interface Database
{
    /** Table name with the shop's prefix. */
    public function table(string $name): string;

    /** @return int rows changed */
    public function execute(string $sql): int;

    /** @return array<int, array<string, mixed>> read from the primary, never from a cache */
    public function rows(string $sql): array;

    public function insertId(): int;

    /** Text as an SQL literal, with its quotes. */
    public function quote(string $text): string;
}
