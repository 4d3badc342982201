<?php
// What the tests say.

function check_same($expected, $actual, string $what = '')
{
    if ($expected !== $actual) {
        throw new RuntimeException(trim("$what\n  expected: " . json_encode($expected) . "\n  actual:   " . json_encode($actual)));
    }
}

function check(bool $fact, string $what)
{
    if (!$fact) {
        throw new RuntimeException($what);
    }
}
