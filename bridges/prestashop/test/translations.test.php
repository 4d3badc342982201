<?php

return [
    'every text of the module has its French one, and no translation is left over' => function () {
        $root = dirname(__DIR__) . '/entrepot';
        $files = ['entrepot' => 'entrepot.php', 'configpage' => 'src/Shop/ConfigPage.php', 'status' => 'views/templates/admin/status.tpl'];
        $expected = [];
        foreach ($files as $name => $file) {
            preg_match_all("/(?:->l\\(|\\{l s=)'([^']+)'/", (string) file_get_contents("$root/$file"), $match);
            foreach ($match[1] as $text) {
                $expected["<{entrepot}prestashop>{$name}_" . md5($text)] = $text;
            }
        }
        global $_MODULE;
        require "$root/translations/fr.php";
        check_same([], array_values(array_diff_key($expected, $_MODULE)), 'missing');
        check_same([], array_values(array_diff_key($_MODULE, $expected)), 'left over');
        check(count($expected) > 20, 'texts were found');
    },
];
