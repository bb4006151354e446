@{
    RootModule           = 'bin/Aragora.Fleet.dll'
    ModuleVersion        = '0.1.0'
    GUID                 = '5d0f1d8e-6a3c-4b52-9f0e-2a7c41b8e9d3'
    Author               = 'Aragora'
    CompanyName          = 'Aragora'
    Copyright            = '(c) Aragora. MIT licence.'
    Description          = 'Runs the Aragora production fleet on EC2 through AWS Systems Manager: inventory, health, versions, verified rolling deploys and rollbacks, as typed objects that compose in the pipeline.'
    PowerShellVersion    = '7.4'
    CompatiblePSEditions = @('Core')
    # Without this line the type literals of the domain, such as [Aragora.Fleet.Instance], resolve only after the first command.
    RequiredAssemblies   = @('bin/Aragora.Fleet.Core.dll')
    FormatsToProcess     = @('bin/Aragora.Fleet.Format.ps1xml')
    TypesToProcess       = @('bin/Aragora.Fleet.Types.ps1xml')
    CmdletsToExport      = @(
        'Approve-AragoraDeploy'
        'Connect-AragoraFleet'
        'Deny-AragoraDeploy'
        'Disconnect-AragoraFleet'
        'Get-AragoraCommand'
        'Get-AragoraDeploy'
        'Get-AragoraFleet'
        'Get-AragoraFleetLock'
        'Get-AragoraFleetVersion'
        'Get-AragoraInstance'
        'Get-AragoraRollbackPoint'
        'Invoke-AragoraCommand'
        'Invoke-AragoraDeploy'
        'Lock-AragoraFleet'
        'New-AragoraDeployPlan'
        'Receive-AragoraCommand'
        'Repair-AragoraDrift'
        'Restore-AragoraCommit'
        'Resume-AragoraDeploy'
        'Set-AragoraSandboxFault'
        'Stop-AragoraCommand'
        'Stop-AragoraDeploy'
        'Test-AragoraDrift'
        'Test-AragoraHealth'
        'Unlock-AragoraFleet'
        'Wait-AragoraCommand'
        'Wait-AragoraHealth'
    )
    FunctionsToExport    = @()
    AliasesToExport      = @()
    VariablesToExport    = @()
    PrivateData          = @{
        PSData = @{
            Tags         = @('AWS', 'SSM', 'EC2', 'Fleet', 'Deployment', 'Operations', 'PSEdition_Core', 'Windows', 'Linux', 'MacOS')
            LicenseUri   = 'https://github.com/aragora/aragora-fleet/blob/main/LICENSE'
            ProjectUri   = 'https://github.com/aragora/aragora-fleet'
            IconUri      = 'https://raw.githubusercontent.com/aragora/aragora-fleet/main/docs/icon.png'
            # The package holds the changelog's section in place of this.
            ReleaseNotes = 'See CHANGELOG.md.'
        }
    }
}
