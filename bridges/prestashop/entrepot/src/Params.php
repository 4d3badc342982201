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

/** Reads hook parameters, which differ between versions of the shop and between the modules that fire them. */
final class Params
{
    /**
     * @param string[] $names the first one that holds an object with an id counts
     *
     * @return object|null
     */
    public static function loaded(array $params, array $names)
    {
        foreach ($names as $name) {
            $value = $params[$name] ?? null;
            if (is_object($value) && self::field($value, 'id') > 0) {
                return $value;
            }
        }

        return null;
    }

    /** @return int 0 when it is not there */
    public static function id(array $params, string $name): int
    {
        $value = $params[$name] ?? 0;

        return is_numeric($value) ? (int) $value : 0;
    }

    /** @return int 0 when it is not there */
    public static function field($object, string $name): int
    {
        $value = isset($object->$name) ? $object->$name : 0;

        return is_scalar($value) ? (int) $value : 0;
    }

    /** @return string|null null for 0, the shop's way to say "none" */
    public static function idOrNull(int $id)
    {
        return $id > 0 ? (string) $id : null;
    }
}
