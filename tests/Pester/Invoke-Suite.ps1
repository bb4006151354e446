# Runs the Pester suite on the package in out/ and ends with 1 when a test failed.
#
#   pwsh -NoProfile -NonInteractive -File tests/Pester/Invoke-Suite.ps1 [-Output FOLDER]
param([string] $Output = (Join-Path $PSScriptRoot '../../out'))

$ErrorActionPreference = 'Stop'
Import-Module Pester -MinimumVersion 5.5
$manifest = Get-ChildItem (Join-Path $Output 'Aragora.Fleet/*/Aragora.Fleet.psd1')
if (@($manifest).Count -ne 1) { throw "There is no package in '$Output'. Run: dotnet build src/Aragora.Fleet -t:Package -c Release" }

$configuration = New-PesterConfiguration
$configuration.Run.Container = New-PesterContainer -Path $PSScriptRoot -Data @{ Manifest = $manifest.FullName }
$configuration.Run.PassThru = $true
$configuration.Output.Verbosity = 'Detailed'
$result = Invoke-Pester -Configuration $configuration
exit [int]($result.Result -ne 'Passed')
