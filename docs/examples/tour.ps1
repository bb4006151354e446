# A tour of Aragora.Fleet on the embedded fleet: no AWS account, nothing left behind.
#
#   dotnet run --project src/Aragora.Fleet.Shell -- -File docs/examples/tour.ps1
#
# On Linux its hosts execute every script for real. With -VirtualHost 4 they answer from a model, which any system can.
#
# It keeps to commands that the bare engine has, so that it runs without pwsh as well.
param([int] $VirtualHost)

$ErrorActionPreference = 'Stop'

'Starting an embedded fleet...'
$fleet = if ($VirtualHost) { @{ VirtualHost = $VirtualHost } } else { @{} }
$null = Connect-AragoraFleet -Sandbox @fleet
try {
    'The fleet:'
    Get-AragoraInstance | Out-Default

    'Its health, asked on each host itself:'
    Get-AragoraInstance | Test-AragoraHealth | Out-Default

    'Its releases; one host has drifted:'
    Get-AragoraFleetVersion | Out-Default

    'What a deploy of v2.9.0 would do:'
    Invoke-AragoraDeploy -Ref v2.9.0 -All -Wave 1, 50% -WhatIf

    'Deploying v2.9.0, one host first, then half of the fleet at a time...'
    Invoke-AragoraDeploy -Ref v2.9.0 -All -Wave 1, 50% -Reason 'tour' -Confirm:$false | Out-Default

    'The drift is gone:'
    Get-AragoraFleetVersion | Out-Default

    'Deploying a release that crashes at start...'
    $failure = $null
    $results = Invoke-AragoraDeploy -Ref broken-crash -All -Wave 1, 50% -Reason 'tour' -Confirm:$false `
        -ErrorAction SilentlyContinue -ErrorVariable failure
    $results | Out-Default
    "The deploy was stopped: $($failure[0].Exception.Message)"

    'Every host still runs what it ran, and is well:'
    Get-AragoraFleetVersion | Out-Default
    $well = @(Test-AragoraHealth -Quiet)
    if ($well.Count -ne @(Get-AragoraInstance).Count -or $well -contains $false) { throw 'The fleet is not well.' }
    if (-not $failure) { throw 'The crashing release was not noticed.' }
}
finally {
    Disconnect-AragoraFleet
}

'Done; nothing is left behind.'
