<?php
/**
 * @author    Entrepot contributors
 * @copyright Entrepot contributors
 * @license   https://www.apache.org/licenses/LICENSE-2.0 Apache License 2.0
 */

if (!defined('_PS_VERSION_')) {
    exit;
}

// A loader of our own: shops install the zip, nobody runs composer there.
spl_autoload_register(function ($class) {
    $prefix = 'Entrepot\\Bridge\\';
    if (strncmp($class, $prefix, strlen($prefix)) !== 0) {
        return;
    }
    $file = __DIR__ . '/' . str_replace('\\', '/', substr($class, strlen($prefix))) . '.php';
    if (is_file($file)) {
        require_once $file;
    }
});
