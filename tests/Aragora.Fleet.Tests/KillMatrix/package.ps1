# The run that is to be killed: a version for package hosts, in two waves whose steps take a while.
param([string] $Version)

$null = Connect-AragoraFleet production -Settings @{ LockTtl = '0:0:6' }
'connected'
Invoke-AragoraDeploy -PackageVersion $Version -All -Wave 1,100% -SettleTime 0:0:5 -Confirm:$false | Out-Null
'ended'
