<?php
// The search for new syntax is itself worth a test: it must find what it says.

return [
    'finds what PHP 7.1 does not know' => function () {
        $samples = [
            'typed property' => 'class A { private int $a = 1; }',
            'nullable typed property' => 'class A { public ?B $a; }',
            'union type' => 'function f(int|string $a) {}',
            'mixed return' => 'function f(): mixed {}',
            'arrow function' => '$f = fn($x) => $x;',
            'null coalescing assignment' => '$a ??= 1;',
            'nullsafe' => '$a?->b();',
            'match' => '$a = match ($b) { default => 1 };',
            'promotion' => 'class A { public function __construct(private $a) {} }',
            'trailing comma' => 'f($a, $b,);',
            'spread' => '$a = [...$b];',
            'named argument' => 'f(a: 1);',
            'new function' => 'str_contains($a, $b);',
            'throw expression' => '$a = $b ?? throw new E();',
        ];
        foreach ($samples as $name => $code) {
            check(newer_than_71("<?php $code") !== [], "$name was not found");
        }
    },
    'lets PHP 7.1 pass' => function () {
        $code = '<?php final class A { const B = 1; private $c = []; /** @var int|string */ public function f(?string $a = null, int $b = 2): ?array'
            . ' { return $a === null ? ["x" => $b, "y" => [1, 2,],] : null; } public static function g(): void { list($a, $b) = [1, 2]; self::h(); } }';
        check_same([], newer_than_71($code));
    },
];
