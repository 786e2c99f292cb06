import { orderedKinds, stepKindInfo, stepKinds } from "@crm_workflow/steps/step_kinds";
import { countsFromGroups, enrollmentsDomain } from "@crm_workflow/steps/steps_data";
import { after, describe, expect, test } from "@odoo/hoot";

describe.current.tags("headless");

test("a kind that nobody describes has the fallback icon and comes last", () => {
    expect(stepKindInfo("unheard_of").icon).toBe("fa-cog");
    const kinds = [
        ["unheard_of", "Unheard of"],
        ["delay", "Wait"],
        ["server", "Action"],
    ];
    expect(orderedKinds(kinds).map(([kind]) => kind)).toEqual(["server", "delay", "unheard_of"]);
});

test("a module describes its kind through the registry", () => {
    stepKinds.add("sms_reply", { icon: "fa-reply" }, { sequence: 15 });
    after(() => stepKinds.remove("sms_reply"));
    expect(stepKindInfo("sms_reply")).toEqual({ icon: "fa-reply", color: "primary", help: "" });
    const kinds = [
        ["delay", "Wait"],
        ["sms_reply", "Wait for an answer"],
        ["server", "Action"],
    ];
    expect(orderedKinds(kinds).map(([kind]) => kind)).toEqual(["server", "sms_reply", "delay"]);
});

test("counts are kept by the key of the step", () => {
    const groups = [
        { "action_id.key": "aa", state: "active", __count: 7 },
        { "action_id.key": "aa", state: "parked", __count: 2 },
        { "action_id.key": "bb", state: "parked", __count: 1 },
    ];
    expect(countsFromGroups(groups)).toEqual({
        aa: { active: 7, parked: 2 },
        bb: { active: 0, parked: 1 },
    });
});

test("records of older versions count when the whole workflow is asked for", () => {
    expect(enrollmentsDomain(5, true)[0]).toEqual(["workflow_id.version_ids", "=", 5]);
    expect(enrollmentsDomain(5, false)[0]).toEqual(["version_id", "=", 5]);
});
