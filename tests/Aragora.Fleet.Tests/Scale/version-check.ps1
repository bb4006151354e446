# One version check of the connected fleet, and what it took. The debug lines tell how often the client looked.
param([string] $CommitSha)

$ErrorActionPreference = 'Stop'
$DebugPreference = 'Continue'
$null = Connect-AragoraFleet production
$watch = [System.Diagnostics.Stopwatch]::StartNew()
$rows = $unknown = $looks = $changed = $reads = $before = 0
$first = 0.0
Get-AragoraFleetVersion -CommitSha $CommitSha 5>&1 | ForEach-Object {
    if ($_ -is [System.Management.Automation.DebugRecord]) {
        if ($_.Message -match '^(\d+) of \d+ open commands moved') { $looks++; $changed += [int]$Matches[1] }
        elseif ($_.Message -like 'Command * still to answer.') { $reads++ }
    }
    else {
        if ($rows++ -eq 0) { $first = $watch.Elapsed.TotalSeconds; $before = $reads }
        if (-not $_.DiskCommit) { $unknown++ }
    }
}
"rows=$rows"
"unknown=$unknown"
"first=$first"
"last=$($watch.Elapsed.TotalSeconds)"
"before=$before"
"ticks=$looks"
"changed=$changed"
"alone=$([Math]::Max(0, $reads - $changed))"
foreach ($line in [System.IO.File]::ReadAllLines('/proc/self/status')) {
    if ($line -match '^VmHWM:\s+(\d+) kB') { "peak=$($Matches[1])" }
}
