import { Component, useEffect, useRef, useState } from "@odoo/owl";

/** One button for each answer to what is asked, and a remark that may go with it. */
export class Answers extends Component {
    static template = "crm_workflow.Answers";
    static props = {
        /** `[{ key, name }]` */
        choices: Array,
        /** Called with the key of the answer and the remark; the buttons rest until it is done. */
        answer: Function,
    };

    setup() {
        this.state = useState({ hasRemark: false, remark: "", isSending: false });
        this.remark = useRef("remark");
        useEffect(
            (element) => element?.focus(),
            () => [this.remark.el],
        );
    }

    async onAnswer(key) {
        this.state.isSending = true;
        try {
            await this.props.answer(key, this.state.remark);
        } finally {
            this.state.isSending = false;
        }
    }

    toggleRemark() {
        this.state.hasRemark = !this.state.hasRemark;
        this.state.remark = "";
    }
}
