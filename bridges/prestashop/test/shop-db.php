<?php
// The shop's database class on SQLite: real statements, with MySQL's words put into SQLite's. In memory, or in the file
// that SHOP_DATABASE names when several processes are one shop.

class Db
{
    /** @var Db|null */
    private static $instance;

    /** @var SQLite3 */
    private $sqlite;
    private $lastInsertId = 0;
    public $failing = false;

    public static function getInstance($master = true)
    {
        if (self::$instance === null) {
            self::$instance = new self();
        }

        return self::$instance;
    }

    public static function reset()
    {
        self::$instance = null;
    }

    private function __construct()
    {
        $this->sqlite = new SQLite3(getenv('SHOP_DATABASE') ?: ':memory:');
        $this->sqlite->enableExceptions(true);
        $this->sqlite->createFunction('LAST_INSERT_ID', function ($value = null) {
            return $value === null ? $this->lastInsertId : $this->lastInsertId = $value;
        });
        $this->sqlite->createFunction('CONCAT', function (...$parts) {
            return implode('', $parts);
        });
    }

    public function execute($sql, $useCache = true)
    {
        return $this->failing ? false : $this->sqlite->exec(self::translate($sql));
    }

    public function executeS($sql, $array = true, $useCache = true)
    {
        if ($this->failing) {
            return false;
        }
        $result = $this->sqlite->query(self::translate($sql));
        $rows = [];
        while ($row = $result->fetchArray(SQLITE3_ASSOC)) {
            // MySQL's driver gives text for every column on most hosts.
            $rows[] = array_map(function ($value) {
                return $value === null ? null : (string) $value;
            }, $row);
        }

        return $rows;
    }

    public function getValue($sql, $useCache = true)
    {
        $rows = $this->executeS($sql);

        return $rows === [] ? false : reset($rows[0]);
    }

    public function escape($text, $htmlOk = false, $bqSql = false)
    {
        return SQLite3::escapeString($htmlOk ? $text : strip_tags($text));
    }

    public function Affected_Rows()
    {
        return $this->sqlite->changes();
    }

    public function Insert_ID()
    {
        return $this->sqlite->lastInsertRowID();
    }

    public function getNumberError()
    {
        return 1146;
    }

    private static function translate($sql)
    {
        $sql = str_replace('INSERT IGNORE', 'INSERT OR IGNORE', $sql);
        if (stripos($sql, 'CREATE TABLE') === false) {
            return $sql;
        }
        if (stripos($sql, 'AUTO_INCREMENT') !== false) {
            $sql = preg_replace('/BIGINT UNSIGNED NOT NULL AUTO_INCREMENT/', 'INTEGER PRIMARY KEY AUTOINCREMENT', $sql);
            $sql = preg_replace('/\s*PRIMARY KEY \(`id`\),/', '', $sql);
        }
        $sql = preg_replace('/UNIQUE KEY `\w+`/', 'UNIQUE', $sql);
        $sql = preg_replace('/,\s*KEY `\w+` \([^)]*\)/', '', $sql);

        return preg_replace('/\) ENGINE=.*$/', ')', $sql);
    }
}
