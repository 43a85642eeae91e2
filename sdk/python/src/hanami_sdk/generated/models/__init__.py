"""All models of the contract, each imported when it is first used."""

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from .access_token import AccessToken
    from .accuracy_check import AccuracyCheck
    from .answer_part import AnswerPart
    from .audit_entry import AuditEntry
    from .audit_page import AuditPage
    from .checkpoint import Checkpoint
    from .checkpoint_create import CheckpointCreate
    from .checkpoint_page import CheckpointPage
    from .class_accuracy import ClassAccuracy
    from .cluster import Cluster
    from .cluster_copy import ClusterCopy
    from .cluster_create import ClusterCreate
    from .cluster_growth import ClusterGrowth
    from .cluster_host import ClusterHost
    from .cluster_move import ClusterMove
    from .cluster_page import ClusterPage
    from .cluster_statistics import ClusterStatistics
    from .cluster_summary import ClusterSummary
    from .column import Column
    from .column_rows import ColumnRows
    from .column_type import ColumnType
    from .confusion import Confusion
    from .csv_source import CsvSource
    from .database_kind import DatabaseKind
    from .dataset import Dataset
    from .dataset_create import DatasetCreate
    from .dataset_details import DatasetDetails
    from .dataset_page import DatasetPage
    from .dataset_rows import DatasetRows
    from .device_key import DeviceKey
    from .device_key_create import DeviceKeyCreate
    from .device_key_page import DeviceKeyPage
    from .dtype import Dtype
    from .error_entry import ErrorEntry
    from .error_page import ErrorPage
    from .export_format import ExportFormat
    from .field_problem import FieldProblem
    from .growth_point import GrowthPoint
    from .health import Health
    from .hexagon_answers import HexagonAnswers
    from .hexagon_type import HexagonType
    from .hexagon_values import HexagonValues
    from .host import Host
    from .host_kind import HostKind
    from .host_page import HostPage
    from .host_state import HostState
    from .identity import Identity
    from .idx_source import IdxSource
    from .input_part import InputPart
    from .meaning import Meaning
    from .member import Member
    from .member_page import MemberPage
    from .member_role import MemberRole
    from .member_set import MemberSet
    from .name_order import NameOrder
    from .new_device_key import NewDeviceKey
    from .oidc_token_create import OidcTokenCreate
    from .order import Order
    from .password_change import PasswordChange
    from .policy_state import PolicyState
    from .problem import Problem
    from .project import Project
    from .project_create import ProjectCreate
    from .project_page import ProjectPage
    from .project_switch import ProjectSwitch
    from .project_update import ProjectUpdate
    from .quota import Quota
    from .quota_limits import QuotaLimits
    from .quota_set import QuotaSet
    from .quota_usage import QuotaUsage
    from .reached_hexagon import ReachedHexagon
    from .real_accuracy import RealAccuracy
    from .rename import Rename
    from .request_task_create import RequestTaskCreate
    from .restore_create import RestoreCreate
    from .role import Role
    from .samples_answered import SamplesAnswered
    from .samples_learn import SamplesLearn
    from .samples_learned import SamplesLearned
    from .samples_request import SamplesRequest
    from .scope import Scope
    from .session import Session
    from .session_close import SessionClose
    from .session_fault import SessionFault
    from .session_goodbye import SessionGoodbye
    from .session_layout import SessionLayout
    from .session_open import SessionOpen
    from .session_opened import SessionOpened
    from .session_page import SessionPage
    from .session_rest import SessionRest
    from .session_rested import SessionRested
    from .session_save import SessionSave
    from .session_saved import SessionSaved
    from .session_shape import SessionShape
    from .session_terms import SessionTerms
    from .system_info import SystemInfo
    from .target_part import TargetPart
    from .task import Task
    from .task_event import TaskEvent
    from .task_page import TaskPage
    from .task_progress import TaskProgress
    from .task_state import TaskState
    from .task_type import TaskType
    from .template import Template
    from .template_check import TemplateCheck
    from .template_create import TemplateCreate
    from .template_hexagon import TemplateHexagon
    from .template_layout import TemplateLayout
    from .template_page import TemplatePage
    from .template_summary import TemplateSummary
    from .token_create import TokenCreate
    from .train_task_create import TrainTaskCreate
    from .truth_learn import TruthLearn
    from .upload import Upload
    from .upload_page import UploadPage
    from .upload_start import UploadStart
    from .user import User
    from .user_create import UserCreate
    from .user_page import UserPage
    from .user_update import UserUpdate
    from .version_info import VersionInfo

_MODULES = {
    "AccessToken": ".access_token",
    "AccuracyCheck": ".accuracy_check",
    "AnswerPart": ".answer_part",
    "AuditEntry": ".audit_entry",
    "AuditPage": ".audit_page",
    "Checkpoint": ".checkpoint",
    "CheckpointCreate": ".checkpoint_create",
    "CheckpointPage": ".checkpoint_page",
    "ClassAccuracy": ".class_accuracy",
    "Cluster": ".cluster",
    "ClusterCopy": ".cluster_copy",
    "ClusterCreate": ".cluster_create",
    "ClusterGrowth": ".cluster_growth",
    "ClusterHost": ".cluster_host",
    "ClusterMove": ".cluster_move",
    "ClusterPage": ".cluster_page",
    "ClusterStatistics": ".cluster_statistics",
    "ClusterSummary": ".cluster_summary",
    "Column": ".column",
    "ColumnRows": ".column_rows",
    "ColumnType": ".column_type",
    "Confusion": ".confusion",
    "CsvSource": ".csv_source",
    "DatabaseKind": ".database_kind",
    "Dataset": ".dataset",
    "DatasetCreate": ".dataset_create",
    "DatasetDetails": ".dataset_details",
    "DatasetPage": ".dataset_page",
    "DatasetRows": ".dataset_rows",
    "DeviceKey": ".device_key",
    "DeviceKeyCreate": ".device_key_create",
    "DeviceKeyPage": ".device_key_page",
    "Dtype": ".dtype",
    "ErrorEntry": ".error_entry",
    "ErrorPage": ".error_page",
    "ExportFormat": ".export_format",
    "FieldProblem": ".field_problem",
    "GrowthPoint": ".growth_point",
    "Health": ".health",
    "HexagonAnswers": ".hexagon_answers",
    "HexagonType": ".hexagon_type",
    "HexagonValues": ".hexagon_values",
    "Host": ".host",
    "HostKind": ".host_kind",
    "HostPage": ".host_page",
    "HostState": ".host_state",
    "Identity": ".identity",
    "IdxSource": ".idx_source",
    "InputPart": ".input_part",
    "Meaning": ".meaning",
    "Member": ".member",
    "MemberPage": ".member_page",
    "MemberRole": ".member_role",
    "MemberSet": ".member_set",
    "NameOrder": ".name_order",
    "NewDeviceKey": ".new_device_key",
    "OidcTokenCreate": ".oidc_token_create",
    "Order": ".order",
    "PasswordChange": ".password_change",
    "PolicyState": ".policy_state",
    "Problem": ".problem",
    "Project": ".project",
    "ProjectCreate": ".project_create",
    "ProjectPage": ".project_page",
    "ProjectSwitch": ".project_switch",
    "ProjectUpdate": ".project_update",
    "Quota": ".quota",
    "QuotaLimits": ".quota_limits",
    "QuotaSet": ".quota_set",
    "QuotaUsage": ".quota_usage",
    "ReachedHexagon": ".reached_hexagon",
    "RealAccuracy": ".real_accuracy",
    "Rename": ".rename",
    "RequestTaskCreate": ".request_task_create",
    "RestoreCreate": ".restore_create",
    "Role": ".role",
    "SamplesAnswered": ".samples_answered",
    "SamplesLearn": ".samples_learn",
    "SamplesLearned": ".samples_learned",
    "SamplesRequest": ".samples_request",
    "Scope": ".scope",
    "Session": ".session",
    "SessionClose": ".session_close",
    "SessionFault": ".session_fault",
    "SessionGoodbye": ".session_goodbye",
    "SessionLayout": ".session_layout",
    "SessionOpen": ".session_open",
    "SessionOpened": ".session_opened",
    "SessionPage": ".session_page",
    "SessionRest": ".session_rest",
    "SessionRested": ".session_rested",
    "SessionSave": ".session_save",
    "SessionSaved": ".session_saved",
    "SessionShape": ".session_shape",
    "SessionTerms": ".session_terms",
    "SystemInfo": ".system_info",
    "TargetPart": ".target_part",
    "Task": ".task",
    "TaskEvent": ".task_event",
    "TaskPage": ".task_page",
    "TaskProgress": ".task_progress",
    "TaskState": ".task_state",
    "TaskType": ".task_type",
    "Template": ".template",
    "TemplateCheck": ".template_check",
    "TemplateCreate": ".template_create",
    "TemplateHexagon": ".template_hexagon",
    "TemplateLayout": ".template_layout",
    "TemplatePage": ".template_page",
    "TemplateSummary": ".template_summary",
    "TokenCreate": ".token_create",
    "TrainTaskCreate": ".train_task_create",
    "TruthLearn": ".truth_learn",
    "Upload": ".upload",
    "UploadPage": ".upload_page",
    "UploadStart": ".upload_start",
    "User": ".user",
    "UserCreate": ".user_create",
    "UserPage": ".user_page",
    "UserUpdate": ".user_update",
    "VersionInfo": ".version_info",
}

__all__ = (
    "AccessToken",
    "AccuracyCheck",
    "AnswerPart",
    "AuditEntry",
    "AuditPage",
    "Checkpoint",
    "CheckpointCreate",
    "CheckpointPage",
    "ClassAccuracy",
    "Cluster",
    "ClusterCopy",
    "ClusterCreate",
    "ClusterGrowth",
    "ClusterHost",
    "ClusterMove",
    "ClusterPage",
    "ClusterStatistics",
    "ClusterSummary",
    "Column",
    "ColumnRows",
    "ColumnType",
    "Confusion",
    "CsvSource",
    "DatabaseKind",
    "Dataset",
    "DatasetCreate",
    "DatasetDetails",
    "DatasetPage",
    "DatasetRows",
    "DeviceKey",
    "DeviceKeyCreate",
    "DeviceKeyPage",
    "Dtype",
    "ErrorEntry",
    "ErrorPage",
    "ExportFormat",
    "FieldProblem",
    "GrowthPoint",
    "Health",
    "HexagonAnswers",
    "HexagonType",
    "HexagonValues",
    "Host",
    "HostKind",
    "HostPage",
    "HostState",
    "Identity",
    "IdxSource",
    "InputPart",
    "Meaning",
    "Member",
    "MemberPage",
    "MemberRole",
    "MemberSet",
    "NameOrder",
    "NewDeviceKey",
    "OidcTokenCreate",
    "Order",
    "PasswordChange",
    "PolicyState",
    "Problem",
    "Project",
    "ProjectCreate",
    "ProjectPage",
    "ProjectSwitch",
    "ProjectUpdate",
    "Quota",
    "QuotaLimits",
    "QuotaSet",
    "QuotaUsage",
    "ReachedHexagon",
    "RealAccuracy",
    "Rename",
    "RequestTaskCreate",
    "RestoreCreate",
    "Role",
    "SamplesAnswered",
    "SamplesLearn",
    "SamplesLearned",
    "SamplesRequest",
    "Scope",
    "Session",
    "SessionClose",
    "SessionFault",
    "SessionGoodbye",
    "SessionLayout",
    "SessionOpen",
    "SessionOpened",
    "SessionPage",
    "SessionRest",
    "SessionRested",
    "SessionSave",
    "SessionSaved",
    "SessionShape",
    "SessionTerms",
    "SystemInfo",
    "TargetPart",
    "Task",
    "TaskEvent",
    "TaskPage",
    "TaskProgress",
    "TaskState",
    "TaskType",
    "Template",
    "TemplateCheck",
    "TemplateCreate",
    "TemplateHexagon",
    "TemplateLayout",
    "TemplatePage",
    "TemplateSummary",
    "TokenCreate",
    "TrainTaskCreate",
    "TruthLearn",
    "Upload",
    "UploadPage",
    "UploadStart",
    "User",
    "UserCreate",
    "UserPage",
    "UserUpdate",
    "VersionInfo",
)

if not TYPE_CHECKING:

    def __getattr__(name: str) -> object:
        module = _MODULES.get(name)
        if module is None:
            raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
        value = globals()[name] = getattr(import_module(module, __name__), name)
        return value
