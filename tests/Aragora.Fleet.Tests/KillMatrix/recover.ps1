# Another machine: goes on with the newest deploy, or back, and then tells what the fleet is like.
param([string] $Way, [string] $Known)

$null = Connect-AragoraFleet production -Settings @{ LockTtl = '0:0:6'; StepTimeout = '0:0:40'; DeliveryTimeout = '0:0:30' }
$newest = $null
Get-AragoraCommand | ForEach-Object { if (-not $newest -or $_.Requested -gt $newest.Requested) { $newest = $_ } }
"moment=$($newest.Comment)"
$run = @(Get-AragoraDeploy | Where-Object Kind -eq 'Deploy')[0]
if ($run.DeployId -eq $Known) { $run = $null }
"run=$($run.DeployId)"
"found=$($run.State)"
if ($run -and $Way -eq 'Resume') {
    Resume-AragoraDeploy $run.DeployId -LockWait 0:0:30 -Confirm:$false |
        ForEach-Object { "result=$($_.InstanceId) $($_.Outcome) $($_.Reason)" }
}
elseif ($run -and $Way -eq 'Restore') {
    Restore-AragoraCommit -DeployId $run.DeployId -SettleTime 0:0:1 -LockWait 0:0:30 -Confirm:$false |
        ForEach-Object { "result=$($_.InstanceId) $($_.Outcome) $($_.Reason)" }
}

foreach ($problem in $Error) { "error=$($problem.FullyQualifiedErrorId) $($problem.Exception.Message -replace '\s+', ' ')" }
if ($run) { Get-AragoraDeploy -Last 1 | ForEach-Object { "state=$($_.Kind) $($_.State)" } }
Get-AragoraFleetVersion | ForEach-Object {
    $disk, $running = if ($_.Mode -eq 'package') { $_.PackageVersion, $_.PackageVersion } else { $_.DiskCommit, $_.RunningCommit }
    "version=$($_.InstanceId) $disk $running"
}
Test-AragoraHealth | ForEach-Object { "health=$($_.InstanceId) $($_.Verdict)" }
Get-AragoraFleetLock | ForEach-Object { "lock=$($_.DeployId) dead: $($_.IsDead), by $($_.Owner)" }
Invoke-AragoraCommand -All -Confirm:$false -Script 'tail -n 1 /var/lib/aragora-fleet/ledger 2>/dev/null | cut -f 4-6 | tr "\t" " "' |
    ForEach-Object { "ledger=$($_.InstanceId) $($_.StandardOutput.Trim())" }
'ended'
