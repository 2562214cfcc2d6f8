<?php
/** Plays the story of story.ts with PHP's xmlrpc extension, called as the ripcord of Odoo's documentation is; prints JSON. */
[, $url, $database, $login, $secret, $mark] = $argv;

class Fault extends Exception {}

/** What ripcord::client gives: a method called is a request sent. */
class Client
{
    public function __construct(private string $url) {}

    public function __call(string $method, array $params): mixed
    {
        $body = xmlrpc_encode_request($method, $params, ['encoding' => 'utf-8', 'escaping' => 'markup']);
        $http = ['method' => 'POST', 'header' => 'Content-Type: text/xml', 'content' => $body];
        $answer = xmlrpc_decode(file_get_contents($this->url, false, stream_context_create(['http' => $http])), 'utf-8');
        if (is_array($answer) && xmlrpc_is_fault($answer)) {
            throw new Fault($answer['faultString'], $answer['faultCode']);
        }
        return $answer;
    }
}

$common = new Client("$url/xmlrpc/2/common");
$models = new Client("$url/xmlrpc/2/object");
$uid = $common->authenticate($database, $login, $secret, []);

$call = fn (string $model, string $method, array $args, array $kwargs = []) =>
    $models->execute_kw($database, $uid, $secret, $model, $method, $args, $kwargs);
$shown = function (callable $function): string {
    try {
        return 'answered ' . json_encode($function());
    } catch (Fault $fault) {
        return $fault->getCode() . ' ' . $fault->getMessage();
    }
};
$bare = fn (string $name) => str_replace("$mark ", '', $name);
$named = function (string $model, array $ids) use ($call, $bare): array {
    $records = array_column($call($model, 'read', [$ids], ['fields' => ['name']]), 'name', 'id');
    return array_map(fn (int $id) => $bare($records[$id]), $ids);
};
$sorted = function (array $list): array {
    sort($list);
    return $list;
};
$partner = 'res.partner';
$category = 'res.partner.category';

[$a, $b] = $call($category, 'create', [[['name' => "$mark A"], ['name' => "$mark B"]]]);
$company = $call($partner, 'create', [[
    'name' => "$mark Company",
    'is_company' => true,
    'category_id' => [[6, 0, [$a]]],
    'child_ids' => [[0, 0, ['name' => "$mark One"]], [0, 0, ['name' => "$mark Two"]]],
]]);
$read = fn (string $field) => $sorted($call($partner, 'read', [[$company]], ['fields' => [$field]])[0][$field]);
$tags = fn () => $sorted($named($category, $read('category_id')));
$children = fn () => $sorted($named($partner, $read('child_ids')));
[$one, $two] = $read('child_ids');
$parents = $call($partner, 'read', [[$one, $two]], ['fields' => ['parent_id']]);
$created = [
    'categories' => $tags(),
    'children' => $children(),
    'parents' => array_map(fn (array $record) => $bare($record['parent_id'][1]), $parents),
];
$call($partner, 'write', [[$company], [
    'category_id' => [[4, $b]],
    'child_ids' => [[1, $one, ['name' => "$mark One, renamed"]], [2, $two]],
]]);
$changed = ['categories' => $tags(), 'children' => $children()];
$commands = [];
foreach ([[3, $a], [5], [6, 0, [$a, $b]]] as $command) {
    $call($partner, 'write', [[$company], ['category_id' => [$command]]]);
    $commands[] = $tags();
}
$pages = [];
foreach (range(1, 5) as $n) {
    $pages[] = $call($partner, 'create', [['name' => "$mark P$n", 'ref' => $mark]]);
}
$domain = [['ref', '=', $mark]];
$keyset = [];
do {
    $after = [...$domain, ['id', '>', $keyset === [] ? 0 : end($keyset)]];
    $page = $call($partner, 'search', [$after], ['order' => 'id', 'limit' => 2]);
    array_push($keyset, ...$page);
} while (count($page) === 2);
$paging = [
    'count' => $call($partner, 'search_count', [$domain]),
    'second' => $named($partner, $call($partner, 'search', [$domain], ['order' => 'name desc', 'limit' => 2, 'offset' => 2])),
    'keyset' => $named($partner, $keyset),
    'none' => $call($partner, 'search', [[['ref', '=', "$mark none"]]]),
];
$call($partner, 'write', [array_slice($pages, 0, 2), ['active' => false]]);
$archived = [
    'hidden' => $call($partner, 'search_count', [$domain]),
    'named' => $call($partner, 'search_count', [[...$domain, ['active', '=', false]]]),
];
$call($partner, 'unlink', [[$pages[0]]]);
$failures = [
    'missing' => $shown(fn () => $call($partner, 'write', [[$pages[0]], ['name' => 'gone']])),
    'unknownField' => $shown(fn () => $call($partner, 'create', [['name' => $mark, 'nope' => 1]])),
    'unknownModel' => $shown(fn () => $call('nope.nope', 'search', [[]])),
    'unknownMethod' => $shown(fn () => $call($partner, 'nope', [[]])),
    'privateMethod' => $shown(fn () => $call($partner, '_compute_display_name', [[]])),
    'access' => $shown(fn () => $call('ir.config_parameter', 'search', [[]])),
    'constraint' => $shown(fn () => $call($partner, 'create', [['name' => false]])),
    'noSuchField' => $shown(fn () => $call($partner, 'search', [[['nope', '=', 1]]])),
];
$call($partner, 'unlink', [[...array_slice($pages, 1), $one, $company]]);
$call($category, 'unlink', [[$a, $b]]);
$left = $call($partner, 'search_count', [[['name', 'like', $mark], ['active', 'in', [true, false]]]]);
$wrong = [
    'secret' => $shown(fn () => $common->authenticate($database, $login, 'no-key-and-no-password', [])),
    'call' => $shown(fn () => $models->execute_kw($database, $uid, 'no-key-and-no-password', $partner, 'search', [[]])),
    'database' => $shown(fn () => $common->authenticate('nope', $login, $secret, [])),
    'service' => $shown(fn () => (new Client("$url/xmlrpc/2/nope"))->version()),
    'method' => $shown(fn () => $common->nope()),
];
$story = compact('created', 'changed', 'commands', 'paging', 'archived', 'failures', 'left');
echo json_encode(['version' => $common->version(), 'story' => $story, 'wrong' => $wrong]);
