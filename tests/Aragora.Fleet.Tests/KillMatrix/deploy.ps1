# The run that is to be killed: a deploy of the whole fleet in two waves.
param([string] $Ref, [string] $PackageVersion)

$null = Connect-AragoraFleet production -Settings @{ LockTtl = '0:0:6'; StepTimeout = '0:0:40'; DeliveryTimeout = '0:0:30' }
'connected'
$release = @{ Ref = $Ref }
if ($PackageVersion) { $release.PackageVersion = $PackageVersion }
Invoke-AragoraDeploy @release -All -Wave 1,100% -SettleTime 0:0:1 -BakeTime 0:0:1 -LockWait 0:0:20 -Confirm:$false |
    ForEach-Object { "result=$($_.InstanceId) $($_.Outcome) $($_.Phase) $($_.Reason)" }
foreach ($problem in $Error) { "error=$($problem.FullyQualifiedErrorId) $($problem.Exception.Message -replace '\s+', ' ')" }
'ended'
