import { registry } from "@web/core/registry";
import { WeekDays, weekDays } from "@web/views/widgets/week_days/week_days";

const FIELDS = {
    sun: "schedule_sunday",
    mon: "schedule_monday",
    tue: "schedule_tuesday",
    wed: "schedule_wednesday",
    thu: "schedule_thursday",
    fri: "schedule_friday",
    sat: "schedule_saturday",
};

/** The days of the week to choose from, in the order of the user's week. */
export class ScheduleWeekDays extends WeekDays {
    static template = "crm_workflow.ScheduleWeekDays";

    get weekdays() {
        return super.weekdays.map((day) => FIELDS[day]);
    }
}

export const scheduleWeekDays = {
    ...weekDays,
    component: ScheduleWeekDays,
    fieldDependencies: weekDays.fieldDependencies.map((field) => ({
        ...field,
        name: FIELDS[field.name],
    })),
};

registry.category("view_widgets").add("workflow_week_days", scheduleWeekDays);
